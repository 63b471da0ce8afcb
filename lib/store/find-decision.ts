import type { Selectable } from 'kysely'
import type { KindCode } from '../triggers/kind.ts'
import type { Reason } from '../triggers/reasons.ts'
import type { Db } from './database.ts'
import type { Decision } from './decision.ts'
import type { DecisionTable } from './schema.ts'

/** A journaled decision by its id. */
export async function findDecision(db: Db, portal: string, id: number): Promise<Decision | null> {
  const row = await db
    .selectFrom('decision')
    .selectAll()
    .where('portal', '=', portal)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? decisionFromRow(row) : null
}

function decisionFromRow(row: Selectable<DecisionTable>): Decision {
  const { move_from: from, move_to: to, move_user_id: userId, on_behalf_of: onBehalfOf } = row
  return {
    occurrenceKey: row.occurrence_key,
    kind: row.kind as KindCode,
    trigger: { id: String(row.trigger_id), name: row.trigger_name },
    item: row.item_id === 0 ? null : { entityTypeId: row.entity_type_id, id: row.item_id, title: row.item_title },
    outcome: row.outcome,
    reason: row.reason as Reason | null,
    facts: JSON.parse(row.facts),
    move:
      from === null || to === null || userId === null
        ? null
        : { from, to, userId, ...(onBehalfOf === null ? {} : { onBehalfOf }) },
    requestId: row.request_id,
  }
}
