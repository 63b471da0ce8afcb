import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { PortalUnavailableError } from '../../../lib/bitrix24/errors/errors.ts'
import { classifyError } from '../../../lib/engine/classify-error.ts'
import { createLog } from '../../../lib/log.ts'
import type { JobRegistry, Turn } from '../../../lib/queue/job.ts'
import { createScheduler } from '../../../lib/queue/periodic.ts'
import { createWorker, type Worker } from '../../../lib/queue/worker.ts'
import { correctFutureTimes } from '../../../lib/store/clock-put-back.ts'
import { completeJobs, enqueue, snoozeJobs } from '../../../lib/store/jobs.ts'
import { acquireLease } from '../../../lib/store/leases.ts'
import { addProvisionalPortal } from '../../../lib/store/provisional-portals.ts'
import { holdRefresh } from '../../../lib/store/refresh-locks.ts'
import { engines, type TestDatabase } from '../store/test-database.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe.each(Object.entries(engines))('a clock that jumps, on %s', (_, open) => {
  let database: TestDatabase
  let now: Date
  let workers: Worker[]
  beforeEach(async () => {
    database = await open()
    now = new Date('2026-08-29T07:00:00.000Z')
    workers = []
    for (const portal of ['acme', 'other']) await addProvisionalPortal(database.db, portal, now)
  })
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop()))
    await database.close()
  })

  const jump = (ms: number) => {
    now = new Date(now.getTime() + ms)
  }
  const add = (dedupKey: string, dueAt = now) =>
    enqueue(database.db, [{ portal: 'acme', type: 'notice', dedupKey, dueAt }], now)
  const workerOf = (run: JobRegistry<Turn>['notice']['run']) => {
    const deps = { db: database.db, clock: () => now, log: createLog({ logLevel: 'silent' }) }
    const jobs: JobRegistry<Turn> = { notice: { batchSize: 40, body: z.looseObject({}), run } }
    const worker = createWorker(deps, { jobs, contextOf: async (turn) => turn, classify: classifyError })
    workers.push(worker)
    return async () => {
      await worker.tick()
      await worker.idle()
    }
  }
  /** A worker that notes what it did. */
  const doing = (done: string[]) =>
    workerOf(async (turn, rows) => {
      done.push(...rows.map(({ dedupKey }) => dedupKey))
      await turn.commit((tx) => completeJobs(tx, rows, 'done', now))
    })
  const dueAfter = async () => {
    const rows = await database.db.selectFrom('work').selectAll().where('state', '=', 'due').orderBy('id').execute()
    return rows.map(({ subject, due_at }) => `${subject} ${(Date.parse(due_at) - now.getTime()) / 1000}`)
  }

  test('a portal whose process died under the old time is served under the new one', async () => {
    await add('mail')
    await acquireLease(database.db, { portal: 'acme', owner: 'dead', now, until: new Date(now.getTime() + 10_000) })
    jump(-HOUR)
    await correctFutureTimes(database.db, now)
    const done: string[] = []
    await doing(done)()
    expect(done).toEqual(['mail'])
  })

  test('a lease of this moment stays its holder’s, whoever looks a little too early or too late', async () => {
    await add('mail')
    await acquireLease(database.db, { portal: 'acme', owner: 'alive', now, until: new Date(now.getTime() + 10_000) })
    const done: string[] = []
    const run = doing(done)
    for (const ms of [-5000, 5000]) {
      jump(ms)
      await run()
    }
    expect(done).toEqual([])
  })

  test('what waits when the clock is put back waits as long as it should, and no hour more', async () => {
    await add('in three seconds', new Date(now.getTime() + 3000))
    await add('in a minute', new Date(now.getTime() + 60_000))
    jump(-HOUR)
    await correctFutureTimes(database.db, now)
    expect(await dueAfter()).toEqual(['in three seconds 3', 'in a minute 60'])
  })

  test('what a right clock planned stays as it was planned', async () => {
    await add('in a day', new Date(now.getTime() + DAY))
    jump(30_000)
    expect(await correctFutureTimes(database.db, now)).toBe(0)
    expect(await dueAfter()).toEqual([`in a day ${DAY / 1000 - 30}`])
  })

  test('a portal that gave no answer before the clock was put back is asked again in time', async () => {
    const asked: number[] = []
    const run = workerOf(async () => {
      asked.push(now.getTime())
      throw new PortalUnavailableError({ code: 'SILENT' })
    })
    await add('mail')
    await run()
    jump(-HOUR)
    await correctFutureTimes(database.db, now)
    // The first pause is a second and a half at most, and what was asked stands half a second behind it.
    jump(3000)
    await run()
    expect(asked).toHaveLength(2)
  })

  test('rounds go on when a day that was none has been taken back', async () => {
    const addRounds = createScheduler(database.db, () => now, [
      { type: 'notice', seconds: 60, portals: async () => ['acme'] },
    ])
    const done: string[] = []
    const run = doing(done)
    const round = async () => {
      await addRounds()
      await run()
    }
    await round()
    jump(DAY)
    await round()
    expect(done).toHaveLength(2)
    jump(60_000 - DAY)
    await correctFutureTimes(database.db, now)
    await round()
    expect(done).toHaveLength(3)
    await round()
    expect(done, 'one round in a minute').toHaveLength(3)
  })

  test('work that is put off again and again under the new time is not lost in the old one', async () => {
    const seen: string[] = []
    const run = workerOf(async (turn, rows) => {
      seen.push(...rows.map(({ dedupKey }) => dedupKey))
      const dueAt = new Date(now.getTime() + 10_000)
      await turn.commit((tx) => snoozeJobs(tx, rows, { dueAt, reason: 'later' }, now))
    })
    jump(DAY)
    await add('mail')
    await run()
    jump(-DAY)
    await correctFutureTimes(database.db, now)
    for (const _ of [1, 2, 3]) {
      jump(10_000)
      await run()
    }
    expect(seen).toHaveLength(4)
  })

  test('the right to renew an access is nobody’s whose time for it cannot be true', async () => {
    const { db } = database
    const at = now.toISOString()
    await db
      .insertInto('access')
      .values({
        ...{ portal: 'acme', user_id: 1, name: 'Kim', is_admin: 1, access_token: '', refresh_token: '', key_id: 'k1' },
        ...{ expires_at: at, issued_at: at, state: 'live', refreshing_until: null, used_at: at, refused_until: null },
        ...{ proven_at: null, sid: null, lost_at: null },
      })
      .execute()
    const hold = (at: Date) => holdRefresh(db, 'acme', 1, issuedAt, new Date(at.getTime() + 15_000), at)
    const issuedAt = now
    expect(await hold(now)).toBe(true)
    expect(await hold(new Date(now.getTime() - 5000)), 'another process, a little behind').toBe(false)
    jump(-HOUR)
    expect(await hold(now)).toBe(true)
  })
})
