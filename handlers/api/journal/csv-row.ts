import type { ItemType } from '../../../lib/bitrix24/directory/item-types.ts'
import { refKey } from '../../../lib/domain/entity-types.ts'
import { withoutLineSigns } from '../../../lib/domain/line-signs.ts'
import { reasons } from '../../../lib/domain/reasons.ts'
import type { DecisionRow } from '../../../lib/store/decisions.ts'
import { type Language, type TextKey, translate } from '../../../lib/texts/translate.ts'
import { isKindCode } from '../../../lib/triggers/index.ts'

type Parts = {
  /** null: the portal does not say which stages it has. */
  types: readonly ItemType[] | null
  names: ReadonlyMap<number, string>
  /** By `entityTypeId:id`. */
  titles: ReadonlyMap<string, string>
  language: Language
}

const columns = [
  'csv.time',
  'csv.event-time',
  'csv.event',
  'csv.trigger',
  'csv.type',
  'csv.id',
  'csv.item',
  'csv.outcome',
  'csv.reason',
  'csv.from',
  'csv.to',
  'csv.moved-by',
  'csv.on-behalf-of',
  'csv.undone-at',
  'csv.undone-by',
] as const

/** The heads of the table. */
export function csvColumns(language: Language): string[] {
  return columns.map((column) => cellText(language, column))
}

function cellText(language: Language, key: TextKey): string {
  return withoutLineSigns(translate(language, key))
}

/** One decision in the words of the pages; times are ISO 8601 UTC, which every spreadsheet reads. */
export function csvRow(row: DecisionRow, { types, names, titles, language }: Parts): string[] {
  const type = types?.find(({ entityTypeId }) => entityTypeId === row.entity_type_id)
  const stages = type?.pipelines.flatMap((pipeline) => pipeline.stages) ?? []
  const nameless = cellText(language, types === null ? 'csv.stage-unread' : 'csv.stage-gone')
  const stage = (id: string | null) => {
    return id === null ? '' : (stages.find(({ stageId }) => stageId === id)?.title ?? nameless)
  }
  const person = (id: number | null) => (id === null ? '' : (names.get(id) ?? cellText(language, 'csv.unknown')))
  const reason = reasons.find((one) => one === row.reason)
  const cells: Record<(typeof columns)[number], string> = {
    'csv.time': row.at,
    'csv.event-time': row.occurrence_at ?? '',
    'csv.event': isKindCode(row.kind) ? cellText(language, `kinds.${row.kind}.title`) : row.kind,
    'csv.trigger': row.trigger_name,
    'csv.type': row.item_id === 0 ? '' : (type?.title ?? ''),
    'csv.id': row.item_id === 0 ? '' : String(row.item_id),
    'csv.item': titles.get(refKey({ entityTypeId: row.entity_type_id, id: row.item_id })) ?? '',
    'csv.outcome': cellText(language, `outcomes.${row.outcome}`),
    'csv.reason': reason === undefined ? '' : cellText(language, `reasons.${reason}`),
    'csv.from': stage(row.move_from),
    'csv.to': stage(row.move_to),
    // What would have moved was moved by nobody.
    'csv.moved-by': row.outcome === 'moved' ? person(row.move_user_id) : '',
    'csv.on-behalf-of': person(row.on_behalf_of),
    'csv.undone-at': row.undone_at ?? '',
    'csv.undone-by': person(row.undone_by),
  }
  return columns.map((column) => cells[column])
}
