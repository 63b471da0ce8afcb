import type { Format } from '../format.ts'
import type { Names } from '../names.ts'
import type { Translate } from '../translate.ts'

/** A line of the audit (`GET /api/audit`); nobody did it: Stagecue itself. */
export type AuditEntry = {
  id: string
  at: string
  userId: number | null
  action: string
  detail: Record<string, unknown>
}

type Parts = { t: Translate; te: (key: string) => boolean; names: Names; format: Format }

/** What was done, in a few words with what it was done to; of an action that these texts do not know only that there was one. */
export function auditText({ action, detail }: AuditEntry, parts: Parts): string {
  const { t, te, names } = parts
  const key = `audit.actions.${action}`
  if (!te(key)) return t('audit.actions.other')
  const text = (value: unknown) => (value === undefined || value === null ? '–' : String(value))
  return t(key, {
    name: text(detail.name),
    user: typeof detail.userId === 'number' ? names.of('users', detail.userId) : '–',
    result: resultOf(detail.result, parts),
    grant: t(`audit.grants.${detail.outcome === 'delegated' ? 'delegated' : 'other'}`),
    whom: t(`audit.erased.${detail.code === 'user' ? 'user' : 'client'}`),
    stop: te(`audit.stops.${text(detail.code)}`) ? t(`audit.stops.${text(detail.code)}`) : '–',
    settings: changesOf(detail, parts),
  })
}

/** How it ended; lines of earlier versions do not say. */
function resultOf(result: unknown, { t, te }: Parts): string {
  const key = `audit.results.${String(result)}`
  return te(key) ? t(key) : t('audit.results.unknown')
}

/** Where a line of the audit leads; null: nowhere. */
export function itemOf({ detail: { entityTypeId, itemId } }: AuditEntry): { entityTypeId: number; id: number } | null {
  const isItem = typeof entityTypeId === 'number' && typeof itemId === 'number' && itemId > 0
  return isItem ? { entityTypeId, id: itemId } : null
}

/** The trigger that was changed; null: the line is about none. */
export function triggerIdOf({ action, detail: { triggerId } }: AuditEntry): string | null {
  return action.startsWith('trigger-') && triggerId !== undefined ? String(triggerId) : null
}

/** Settings that differ, each with its new value. */
function changesOf({ before, after }: Record<string, unknown>, { t, te, names, format }: Parts): string {
  const [old, now] = [before, after].map((one) => (one ?? {}) as Record<string, unknown>)
  const shown = (value: unknown) => {
    if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
    if (Array.isArray(value)) return value.length === 0 ? '–' : format.list(value.map((id) => names.of('users', id)))
    return String(value)
  }
  const changed = Object.keys(now ?? {}).filter((name) => JSON.stringify(old?.[name]) !== JSON.stringify(now?.[name]))
  const parts = changed.map((name) => {
    const key = `audit.settings.${name}`
    return `${t(te(key) ? key : 'audit.settings.other')}: ${shown(now?.[name])}`
  })
  return parts.length === 0 ? '–' : parts.join('; ')
}
