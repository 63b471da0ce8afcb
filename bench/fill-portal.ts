import { SEED } from '../test/portal/index.ts'
import type { Rig } from '../test/rig.ts'

/** Rows for each insert: SQLite takes 32,766 parameters. */
const AT_ONCE = 1000
const STAGES = ['C4:PREPARATION', 'C4:UC_VISIT', 'C4:UC_OFFER', 'C4:UC_CONTRACT']

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

/** Journal entries of the last 90 days, put straight into the database. */
export async function fillJournal({ stagecue: { db }, portal }: Rig, triggers: number[], count: number): Promise<void> {
  const begin = Date.now() - 90 * 86_400_000
  for (let from = 0; from < count; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => from + index)
    const at = (index: number) => new Date(begin + (index / count) * 90 * 86_400_000).toISOString()
    const occurrences = numbers.map((index) => ({
      portal: portal.memberId,
      key: `call-inbound:BENCH.${index}`,
      kind: 'call-inbound',
      at: at(index),
      source: 'event' as const,
      facts: JSON.stringify({ line: SEED.lines.cloud, answered: true }),
      origin: '{}',
      yields_to: null,
      heard_at: at(index),
      filtered: '[]',
    }))
    const decisions = numbers.map((index) => ({
      portal: portal.memberId,
      occurrence_key: `call-inbound:BENCH.${index}`,
      kind: 'call-inbound',
      trigger_id: triggers[index % triggers.length] ?? 0,
      trigger_name: `Line ${(index % triggers.length) + 1} rang`,
      entity_type_id: SEED.types.deal,
      item_id: 1 + (index % 5000),
      item_title: `Deal ${1 + (index % 5000)}`,
      at: at(index),
      ...(index % 3 === 0
        ? { outcome: 'moved' as const, reason: null, facts: '{}', ...move }
        : { outcome: 'skipped' as const, reason: 'would-move-back', facts: '{}' }),
    }))
    await db.transaction().execute(async (transaction) => {
      await transaction.insertInto('occurrence').values(occurrences).execute()
      await transaction.insertInto('decision').values(decisions).execute()
    })
  }
}

const move = { move_from: 'C4:NEW', move_to: 'C4:PREPARATION', move_user_id: SEED.users.sam }
