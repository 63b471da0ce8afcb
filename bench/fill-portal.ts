import { sql } from 'kysely'
import type { Db } from '../lib/store/database.ts'
import { SEED } from '../test/portal/index.ts'
import type { Rig } from '../test/rig.ts'
import { progress } from './print.ts'

/** Rows of one transaction: others have their turn in between. */
const AT_ONCE = 20_000
const STAGES = ['C4:PREPARATION', 'C4:UC_VISIT', 'C4:UC_OFFER', 'C4:UC_CONTRACT']

/** Entries lie in so many days until now, as the journal keeps 90. */
const DAYS = 89

/** Items that the entries are about. */
const ITEMS = 5000

/** Triggers in the pipeline of partners: one made by the API, the others after its model. Returns their ids. */
export async function fillTriggers(rig: Rig, count: number): Promise<number[]> {
  const { db } = rig.stagecue
  await rig.addTrigger({ name: 'Line 1 rang', kind: 'call-inbound' })
  const { id, ...model } = await db.selectFrom('trigger').selectAll().executeTakeFirstOrThrow()
  const others = Array.from({ length: count - 1 }, (_, index) => ({
    ...model,
    name: `Line ${index + 2} rang`,
    stage_id: STAGES[index % STAGES.length] ?? model.stage_id,
  }))
  const added = await db.insertInto('trigger').values(others).returning('id').execute()
  return [id, ...added.map((row) => row.id)]
}

/**
 * Entries `from` up to `to` of the journal, evenly over the last days, put straight into a database of SQLite: an occurrence and a decision
 * each, and of every third, which is a move, its settled intent.
 */
export async function fillJournal(
  db: Db,
  portal: string,
  triggers: readonly number[],
  { from = 0, to }: { from?: number; to: number },
): Promise<void> {
  for (let begin = from; begin < to; begin += AT_ONCE) {
    progress(`${begin} of ${to} entries of the journal`)
    const entries = entriesOf(triggers, begin, Math.min(begin + AT_ONCE, to), { from, to })
    await db.transaction().execute(async (tx) => {
      await sql`${entries}
        insert into occurrence (portal, key, kind, at, source, facts, origin, heard_at, filtered)
        select ${portal}, key, kind, at, 'event', ${facts}, ${origin}, at, '[]' from entry`.execute(tx)
      await sql`${entries}
        insert into decision (portal, occurrence_key, kind, trigger_id, trigger_name, entity_type_id, item_id,
          outcome, reason, facts, move_from, move_to, move_user_id, at)
        select ${portal}, key, kind, trigger_id, trigger_name, ${SEED.types.deal}, item_id,
          iif(is_move, 'moved', 'skipped'), iif(is_move, null, 'would-move-back'), '{}',
          iif(is_move, ${move.from}, null), iif(is_move, ${move.to}, null), iif(is_move, ${move.userId}, null), at
        from entry`.execute(tx)
      await sql`${entries}
        insert into intent (portal, occurrence_key, kind, trigger_id, trigger_name, entity_type_id, item_id,
          from_stage, to_stage, category_id, user_id, if_no_access, state, unknown_calls, begun_at, lease_number)
        select ${portal}, key, kind, trigger_id, trigger_name, ${SEED.types.deal}, item_id,
          ${move.from}, ${move.to}, ${SEED.pipelines.partners}, ${move.userId}, 'installer', 'settled', 0, at, 1
        from entry where is_move`.execute(tx)
    })
  }
}

const facts = JSON.stringify({ line: SEED.lines.cloud, answered: true })
const origin = JSON.stringify({ activityId: null, refs: [] })
const move = { from: 'C4:NEW', to: 'C4:PREPARATION', userId: SEED.users.sam }

/** The part of a statement that numbers the entries, and what they have in common. */
function entriesOf(
  triggers: readonly number[],
  begin: number,
  end: number,
  { from, to }: { from: number; to: number },
) {
  const ids = JSON.stringify(triggers)
  const secondsBetween = (DAYS * 86_400) / (to - from)
  return sql`with recursive
    number (n) as (select ${sql.lit(begin)} union all select n + 1 from number where n + 1 < ${sql.lit(end)}),
    entry as (select
      'call-inbound:BENCH.' || n as key,
      'call-inbound' as kind,
      strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ((n - ${sql.lit(to)}) * ${sql.lit(secondsBetween)}) || ' seconds') as at,
      json_extract(${ids}, '$[' || (n % json_array_length(${ids})) || ']') as trigger_id,
      'Line ' || (1 + n % json_array_length(${ids})) || ' rang' as trigger_name,
      1 + n % ${sql.lit(ITEMS)} as item_id,
      n % 3 = 0 as is_move
      from number)`
}
