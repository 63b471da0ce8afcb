import type { Reference } from '../../../bitrix24/client/command.ts'
import type { Command } from '../../../bitrix24/client/rest.ts'
import { phpList } from '../../../bitrix24/php-list.ts'
import { collectListed, type Question } from '../../snapshot/question.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { activitySelect, parseActivity, recipientSelect } from './activity-facts.ts'
import { parseBindings } from './bindings.ts'
import { formsCommand, formsOf, parseForms } from './forms.ts'

/** Rows of up to 50 activities. */
export function askActivities(
  snapshot: PortalSnapshot,
  ids: readonly number[],
  { recipients = false }: { recipients?: boolean | undefined },
): Question {
  const select = recipients ? [...activitySelect, recipientSelect] : activitySelect
  return {
    command: {
      method: 'crm.activity.list',
      params: { order: { ID: 'ASC' }, filter: { '@ID': ids }, select, start: -1 },
    },
    about: ids.map((id) => `activity ${id}` as const),
    keep(result) {
      const unknown = collectListed(phpList(result), ids, parseActivity, (id, row) => snapshot.activities.set(id, row))
      return unknown.map((id) => `activity ${id}` as const)
    },
  }
}

/** What an activity is bound to. */
export function askBindings(snapshot: PortalSnapshot, id: number): Question {
  const about = [`bindings ${id}`] as const
  const keep = (result: unknown) => (keepBindings(snapshot, id, result) ? [] : about)
  return { command: bindingsCommand(id), about, keep }
}

/** The same of an activity that an earlier answer names. `idOf` says afterwards which one that was; null: none, and nothing was asked. */
export function guessBindings(snapshot: PortalSnapshot, activityId: Reference, idOf: () => number | null): Question {
  return {
    command: bindingsCommand(activityId),
    about: [],
    keep(result) {
      const id = idOf()
      if (id !== null) keepBindings(snapshot, id, result)
      return []
    },
  }
}

function bindingsCommand(activityId: number | Reference): Command {
  return { method: 'crm.activity.binding.list', params: { activityId } }
}

function keepBindings(snapshot: PortalSnapshot, id: number, result: unknown): boolean {
  const refs = parseBindings(result)
  if (refs !== null) snapshot.bindings.set(id, refs)
  return refs !== null
}

/** Which CRM forms are callback forms. */
export function askForms(snapshot: PortalSnapshot): Question {
  return {
    command: formsCommand,
    about: ['forms'],
    keep(result) {
      const known = parseForms(result)
      formsOf(snapshot).known = known
      return known === null ? ['forms'] : []
    },
  }
}
