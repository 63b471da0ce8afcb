import { expect } from 'vitest'
import { SEED } from '../portal/index.ts'
import type { Act } from './acts.ts'
import type { Setting } from './setting.ts'
import { until } from './until.ts'

/** How often the database is asked whether everything is worked off: each time costs as much as an event. */
const LOOK_EVERY_MS = 200

/** Waits until every act is counted and nothing is left to do but what comes round by itself. */
export async function untilWorkedOff(setting: Setting, acts: readonly Act[], seconds = 90): Promise<void> {
  const missing = async () => {
    const known = await keysOf(setting)
    return acts.flatMap(({ portal, keys }) =>
      keys.filter((names) => !names.some((key) => known.has(`${portal.memberId} ${key}`))),
    )
  }
  const due = () =>
    setting.query(`select kind, subject, reason, attempts from work where state = 'due' and subject <> 'round'`)
  try {
    await until(
      'everything is worked off',
      async () => {
        await Promise.all(setting.portals.map((portal) => portal.idle()))
        return (await missing()).length === 0 && (await due()).length === 0
      },
      seconds,
      LOOK_EVERY_MS,
    )
  } catch {
    const output = setting.processes.map(({ output }) => output.join('').slice(-3000)).join('\n')
    const left = JSON.stringify({ missing: await missing(), due: await due() }).slice(0, 3000)
    const keys = new Set((await missing()).map(([key]) => key))
    const lost = acts.find((one) => one.keys.some(([key]) => keys.has(key)))
    const notices = lost ? await noticesOf(setting, lost) : []
    throw new Error(`Not worked off in ${seconds} seconds: ${left}\n${JSON.stringify(notices)}\n${output}`)
  }
}

/**
 * What must hold whatever happened (`design.md` 3): acts of the world = occurrences; each is decided, once for each trigger and item;
 * an item was moved as often as the journal says, and at most once for each occurrence; no work is lost.
 */
export async function expectNothingLostNothingTwice(setting: Setting, acts: readonly Act[]): Promise<void> {
  const occurrences = await setting.query('select portal, key from occurrence')
  const wanted = acts.flatMap(({ portal, keys }) =>
    keys.map((names) => names.map((key) => `${portal.memberId} ${key}`)),
  )
  const found = occurrences.map(({ portal, key }) => `${portal} ${key}`)
  expect(
    found.filter((key) => !wanted.some((names) => names.includes(key))),
    'occurrences that nobody caused',
  ).toEqual([])
  for (const names of wanted)
    expect(
      found.filter((key) => names.includes(key)),
      names[0],
    ).toHaveLength(1)

  const undecided = await setting.query(
    `select o.key from occurrence o where not exists
      (select 1 from decision d where d.portal = o.portal and d.occurrence_key = o.key)`,
  )
  expect(undecided, 'occurrences without a decision').toEqual([])
  const twice = await setting.query(
    `select occurrence_key, item_id from decision where outcome = 'moved'
      group by portal, occurrence_key, entity_type_id, item_id having count(*) > 1`,
  )
  expect(twice, 'an item moved twice for one occurrence').toEqual([])
  await expectHistoryOfJournal(setting)
  const open = await setting.query("select id from intent where state <> 'settled'")
  expect(open, 'moves that were never settled').toEqual([])
  const parked = await setting.query("select kind, subject, reason from work where state = 'parked'")
  expect(parked, 'parked work').toEqual([])
}

/** The portals' own stage history is the witness: nobody but Stagecue moves these deals. */
async function expectHistoryOfJournal({ query, portals }: Setting): Promise<void> {
  const moved = await query("select portal, item_id, move_to from decision where outcome = 'moved'")
  for (const { memberId, world } of portals) {
    const journal = moved.flatMap(({ portal, item_id, move_to }) =>
      portal === memberId ? [`${item_id} ${move_to}`] : [],
    )
    const history = world.stageHistory.flatMap(({ typeId, entityTypeId, ownerId, stageId }) =>
      typeId !== 1 && entityTypeId === SEED.types.deal ? [`${ownerId} ${stageId}`] : [],
    )
    expect(history.sort(), 'the stage history is what the journal says').toEqual(journal.sort())
  }
}

/** What we were told of an act, and what came of it. */
function noticesOf({ query }: Setting, { named: [name] }: Act) {
  return query(
    `select subject, state, reason, body, attempts, created_at, updated_at from work where kind = 'notice' and subject like '%:${name}'`,
  )
}

async function keysOf({ query }: Setting): Promise<Set<string>> {
  const rows = await query('select portal, key from occurrence')
  return new Set(rows.map(({ portal, key }) => `${portal} ${key}`))
}
