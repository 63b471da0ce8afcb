import type { Db } from './database.ts'
import type { Decision } from './decision.ts'

/** A statement takes a limited number of values: 40 notices that a hundred triggers look at are 4000 decisions. */
const AT_ONCE = 1000

/**
 * Journals decisions. (occurrence, trigger, item) has one: a later one replaces it only where it had failed, which is what a
 * retry is.
 */
export async function journalDecisions(db: Db, portal: string, decisions: Decision[], now: Date): Promise<void> {
  for (let start = 0; start < decisions.length; start += AT_ONCE) {
    await insert(db, portal, decisions.slice(start, start + AT_ONCE), now)
  }
}

async function insert(db: Db, portal: string, decisions: Decision[], now: Date): Promise<void> {
  const rows = decisions.map((decision) => ({
    portal,
    occurrence_key: decision.occurrenceKey,
    kind: decision.kind,
    trigger_id: Number(decision.trigger.id),
    trigger_name: decision.trigger.name,
    entity_type_id: decision.item?.entityTypeId ?? 0,
    item_id: decision.item?.id ?? 0,
    item_title: decision.item?.title ?? null,
    outcome: decision.outcome,
    reason: decision.reason,
    facts: JSON.stringify(decision.facts),
    move_from: decision.move?.from ?? null,
    move_to: decision.move?.to ?? null,
    move_user_id: decision.move?.userId ?? null,
    on_behalf_of: decision.move?.onBehalfOf ?? null,
    request_id: decision.requestId,
    at: now.toISOString(),
  }))
  await db
    .insertInto('decision')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['portal', 'occurrence_key', 'trigger_id', 'entity_type_id', 'item_id'])
        .doUpdateSet((eb) => ({
          outcome: eb.ref('excluded.outcome'),
          reason: eb.ref('excluded.reason'),
          facts: eb.ref('excluded.facts'),
          move_from: eb.ref('excluded.move_from'),
          move_to: eb.ref('excluded.move_to'),
          move_user_id: eb.ref('excluded.move_user_id'),
          on_behalf_of: eb.ref('excluded.on_behalf_of'),
          request_id: eb.ref('excluded.request_id'),
          at: eb.ref('excluded.at'),
        }))
        .where('decision.outcome', '=', 'failed'),
    )
    .execute()
}
