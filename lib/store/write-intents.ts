import type { Db } from './database.ts'
import type { Lease } from './hold-lease.ts'
import type { Intent, OpenIntent } from './intent.ts'

/**
 * Records moves to come and returns those that may be made: an occurrence moves an item at most once. A settled intent of the
 * same trigger is opened again: that is a retry of a failed move.
 */
export async function writeIntents(db: Db, lease: Lease, intents: Intent[]): Promise<OpenIntent[]> {
  const written: OpenIntent[] = []
  for (const intent of intents) {
    const row = await db
      .insertInto('intent')
      .values({
        portal: lease.portal,
        occurrence_key: intent.occurrenceKey,
        kind: intent.kind,
        trigger_id: Number(intent.trigger.id),
        trigger_name: intent.trigger.name,
        entity_type_id: intent.item.entityTypeId,
        item_id: intent.item.id,
        item_title: intent.item.title,
        from_stage: intent.move.from,
        to_stage: intent.move.to,
        category_id: intent.categoryId,
        user_id: intent.move.userId,
        on_behalf_of: intent.move.onBehalfOf ?? null,
        moved_time: intent.movedTime,
        if_no_access: intent.ifNoAccess,
        state: 'open',
        unknown_calls: intent.unknownCalls,
        begun_at: intent.begunAt,
        lease_number: lease.number,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['portal', 'occurrence_key', 'entity_type_id', 'item_id'])
          .doUpdateSet((eb) => ({
            from_stage: eb.ref('excluded.from_stage'),
            to_stage: eb.ref('excluded.to_stage'),
            category_id: eb.ref('excluded.category_id'),
            user_id: eb.ref('excluded.user_id'),
            on_behalf_of: eb.ref('excluded.on_behalf_of'),
            moved_time: eb.ref('excluded.moved_time'),
            if_no_access: eb.ref('excluded.if_no_access'),
            state: 'open',
            unknown_calls: eb.ref('excluded.unknown_calls'),
            begun_at: eb.ref('excluded.begun_at'),
            lease_number: eb.ref('excluded.lease_number'),
          }))
          .where('intent.state', '=', 'settled')
          .where('intent.trigger_id', '=', Number(intent.trigger.id)),
      )
      .returning('id')
      .executeTakeFirst()
    if (row) written.push({ ...intent, id: row.id })
  }
  return written
}
