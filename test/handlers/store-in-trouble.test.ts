import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { trimInboundEvents } from '../../lib/store/jobs.ts'
import { MAX_LEASE_MS } from '../../lib/store/leases.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'
import { sendEvent } from '../send-event.ts'

const { users, deals } = SEED

/** A store that cannot write is no reason to say 200, nor to end: it is tried again with the next event. */
describe('/events while the store is in trouble', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await startRig()
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
  })
  afterEach(() => rig.stop())

  const pragma = (text: string) => sql.raw(`pragma ${text}`).execute(rig.stagecue.db)
  const send = (id: number) => sendEvent(rig, 'ONCRMACTIVITYADD', { 'data[FIELDS][ID]': String(id) })
  /** Gives the portal to somebody else, so that nothing is done for it here, or back. */
  const lend = async (owner: string | null) => {
    const until = owner === null ? null : new Date(Date.now() + MAX_LEASE_MS).toISOString()
    await rig.stagecue.db.updateTable('portal').set({ lease_owner: owner, lease_until: until }).execute()
  }
  const stored = async () => {
    const rows = await rig.stagecue.db.selectFrom('work').select('subject').where('kind', '=', 'notice').execute()
    return rows.map(({ subject }) => subject)
  }

  test('on a full disk answers 503, and 200 again as soon as there is room; what was answered 200 is there', async () => {
    await rig.settled()
    // Work that is done meanwhile would make room.
    await lend('another process')
    await pragma('max_page_count = 1')
    const answers: number[] = []
    for (let id = 90_000; answers.at(-1) !== 503 && answers.length < 2000; id++) answers.push(await send(id))
    expect(answers.at(-1)).toBe(503)
    const together = await Promise.all(Array.from({ length: 20 }, (_, index) => send(95_000 + index)))
    expect(new Set(together)).toEqual(new Set([503]))
    await pragma('max_page_count = 1000000')
    expect(await send(99_000)).toBe(200)
    const accepted = answers.flatMap((status, index) => (status === 200 ? [`ONCRMACTIVITYADD:${90_000 + index}`] : []))
    expect((await stored()).toSorted()).toEqual([...accepted, 'ONCRMACTIVITYADD:99000'].toSorted())
    await lend(null)
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
  })

  test('on a read-only database answers 503, and goes on when it can be written again', async () => {
    await pragma('query_only = 1')
    expect(await Promise.all([send(90_001), send(90_002)])).toEqual([503, 503])
    await pragma('query_only = 0')
    expect(await send(90_003)).toBe(200)
    expect(await stored()).toEqual(['ONCRMACTIVITYADD:90003'])
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
  })

  test('of a flood of notices ten thousand wait, and of those that are done ten thousand are kept', async () => {
    const rowsOf = (state: 'due' | 'done' | 'parked', count: number) =>
      Array.from({ length: count }, (_, index) => ({
        portal: rig.portal.memberId,
        kind: 'notice',
        subject: `ONCRMTYPEADD:${index}`,
        body: JSON.stringify({ event: 'ONCRMTYPEADD', data: {}, ts: null }),
        due_at: new Date(Date.now() - (state === 'due' ? 20_000 : 60_000) + index).toISOString(),
        attempts: 0,
        state,
        reason: null,
        created_at: new Date().toISOString(),
        updated_at: new Date().toISOString(),
      }))
    await rig.settled()
    await lend('another process')
    const all = [...rowsOf('due', 10_000), ...rowsOf('done', 5000), ...rowsOf('parked', 1500)]
    for (let start = 0; start < all.length; start += 1000) {
      await rig.stagecue.db
        .insertInto('work')
        .values(all.slice(start, start + 1000))
        .execute()
    }
    // Others wrote these: those that wait are counted after a hundred events.
    for (let id = 90_100; id < 90_200; id++) expect(await send(id)).toBe(200)
    const before = (await stored()).length
    expect(await Promise.all([send(90_001), send(90_002), send(90_003)])).toEqual([200, 200, 200])
    expect(await stored()).toHaveLength(before)
    await lend(null)
    await rig.settled()
    await trimInboundEvents(rig.stagecue.db, rig.portal.memberId)
    const rows = await rig.stagecue.db
      .selectFrom('work')
      .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
      .where('kind', '=', 'notice')
      .groupBy('state')
      .orderBy('state')
      .execute()
    expect(rows).toEqual([
      { state: 'done', count: 10_000 },
      { state: 'parked', count: 1000 },
    ])
    // For up to a second it is still believed that too many wait.
    const sendOne = async () => {
      expect(await send(90_004)).toBe(200)
      return stored()
    }
    await expect.poll(sendOne).toContain('ONCRMACTIVITYADD:90004')
  })
})
