import type { Selectable } from 'kysely'
import type { Reason } from '../../lib/domain/reasons.ts'
import type { DecisionTable } from '../../lib/store/schema.ts'
import { type TextKey, translate } from '../../lib/texts/translate.ts'
import { findItem, type Portal } from '../portal/index.ts'

export type Row = Selectable<DecisionTable>

/** A decision as one line that a person understands: which trigger, which item, from where to where, as whom, or why not. */
export function printDecision(portal: Portal, row: Row): string {
  const trigger = `“${row.trigger_name}”`
  const item = row.item_id === 0 ? 'no item' : itemName(portal, row)
  const from = stageName(portal, row.entity_type_id, row.move_from)
  const to = stageName(portal, row.entity_type_id, row.move_to)
  if (row.outcome === 'moved') return `  ✔ ${trigger}: ${item} moved, ${from} → ${to}, ${asWhom(portal, row)}`
  if (row.outcome === 'would-move') return `  ◌ ${trigger}: ${item} would move, ${from} → ${to} (test mode)`
  const why = row.reason ? translate('en', `reasons.${row.reason as Reason}` as TextKey) : ''
  return `  ${row.outcome === 'failed' ? '✘' : '–'} ${trigger}: ${item}: ${why}`
}

function asWhom(portal: Portal, row: Row): string {
  const by = `by ${userName(portal, row.move_user_id)}`
  return row.on_behalf_of === null ? by : `${by} for ${userName(portal, row.on_behalf_of)}, who never opened Stagecue`
}

export function userName({ world }: Portal, id: number | null): string {
  const user = id === null ? undefined : world.users.get(id)
  return user ? `${user.name} ${user.lastName}` : `user ${id}`
}

function itemName({ world }: Portal, row: Row): string {
  const title = findItem(world, row.entity_type_id, row.item_id)?.title ?? ''
  const type =
    row.entity_type_id === 1 ? 'lead' : row.entity_type_id === 2 ? 'deal' : `item of type ${row.entity_type_id}`
  return `${type} ${row.item_id} “${title}”`
}

function stageName({ world }: Portal, entityTypeId: number, stageId: string | null): string {
  const stage = world.stages.find((one) => one.entityTypeId === entityTypeId && one.stageId === stageId)
  return stage?.name ?? stageId ?? ''
}
