import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { PortalUnavailableError, RateLimitError } from '../../../lib/bitrix24/errors/errors.ts'
import { classifyError } from '../../../lib/engine/classify-error.ts'
import { createLog } from '../../../lib/log.ts'
import type { JobDefinition, JobRegistry, Turn } from '../../../lib/queue/job.ts'
import { createWorker } from '../../../lib/queue/worker.ts'
import { completeJobs, enqueue } from '../../../lib/store/jobs.ts'
import { acquireLease, LeaseLostError, renewLease } from '../../../lib/store/leases.ts'
import { addProvisionalPortal } from '../../../lib/store/provisional-portals.ts'
import { engines, type TestDatabase } from '../store/test-database.ts'

type Jobs = JobRegistry<Turn>

/** Rows say nothing here but what they are about. */
const body = z.looseObject({})

const start = new Date('2026-08-29T07:00:00.000Z')

describe.each(Object.entries(engines))('the one loop of work on %s', (_, open) => {
  let database: TestDatabase
  let now: Date
  beforeEach(async () => {
    database = await open()
    now = start
    for (const portal of ['acme', 'other']) await addProvisionalPortal(database.db, portal, now)
  })
  afterEach(() => database.close())

  const deps = () => ({ db: database.db, clock: () => now, log: createLog({ logLevel: 'silent' }) })
  const work = (jobs: Jobs) => createWorker(deps(), { jobs, contextOf: async (turn) => turn, classify: classifyError })
  const add = (dedupKeys: string[], portal = 'acme') =>
    enqueue(
      database.db,
      dedupKeys.map((dedupKey) => ({ portal, type: 'notice' as const, dedupKey, dueAt: now })),
      now,
    )
  const states = async () => {
    const rows = await database.db.selectFrom('work').selectAll().orderBy('id').execute()
    return rows.map(({ subject, state, reason }) => `${subject} ${state}${reason ? ` ${reason}` : ''}`)
  }
  /** One tick, until the worker has nothing more to do. */
  const run = async (jobs: Jobs) => {
    const worker = work(jobs)
    await worker.tick()
    await worker.idle()
    await worker.stop()
  }
  const finishing = (seen: string[][]): { notice: JobDefinition<Turn> } => ({
    notice: {
      batchSize: 40,
      body,
      async run(round, rows) {
        seen.push(rows.map(({ dedupKey }) => dedupKey))
        await round.commit((tx) => completeJobs(tx, rows, 'seen', now))
      },
    },
  })

  test('what is due is done together, oldest first, at most so many at a time', async () => {
    const seen: string[][] = []
    await add(Array.from({ length: 45 }, (_, index) => `n${index}`))
    await run(finishing(seen))
    expect(seen.map((group) => group.length)).toEqual([40, 5])
    expect(seen[0]?.[0]).toBe('n0')
  })

  test('what comes close behind others waits once for company; what comes alone, and a full batch, never', async () => {
    const seen: string[][] = []
    const waits: number[] = []
    const arrivals = [['b'], ['c', 'd']]
    const jobs: Jobs = {
      notice: {
        body,
        batchSize: 3,
        gathers: true,
        async run(round, rows) {
          seen.push(rows.map(({ dedupKey }) => dedupKey))
          await round.commit((tx) => completeJobs(tx, rows, 'seen', now))
          now = new Date(now.getTime() + 30)
          await add(arrivals.shift() ?? [])
        },
      },
    }
    const worker = createWorker(deps(), {
      jobs,
      contextOf: async (turn) => turn,
      classify: classifyError,
      async sleep(ms) {
        waits.push(ms)
        now = new Date(now.getTime() + ms)
        await add(arrivals.shift() ?? [])
      },
    })
    const serve = async () => {
      await worker.tick()
      await worker.idle()
    }
    await add(['a'])
    await serve()
    expect(seen).toEqual([['a'], ['b', 'c', 'd']])
    expect(waits).toEqual([70])
    await add(['e', 'f', 'g'])
    await serve()
    now = new Date(now.getTime() + 100)
    await add(['h'])
    await serve()
    expect(seen.slice(2)).toEqual([['e', 'f', 'g'], ['h']])
    expect(waits).toEqual([70])
    await worker.stop()
  })

  test('one bad row is parked after five tries and holds up nothing else', async () => {
    await add(['good', 'bad', 'fine'])
    const jobs: Jobs = {
      notice: {
        batchSize: 40,
        body,
        async run(round, rows) {
          if (rows.some(({ dedupKey }) => dedupKey === 'bad')) throw new TypeError('poison')
          await round.commit((tx) => completeJobs(tx, rows, 'seen', now))
        },
      },
    }
    for (let attempt = 0; attempt < 5; attempt++) {
      await run(jobs)
      now = new Date(now.getTime() + 600_000)
    }
    expect(await states()).toEqual(['good done seen', 'bad parked TypeError', 'fine done seen'])
  })

  test('while the portal cannot be asked its work waits, however often that fails', async () => {
    await add(['a'])
    const jobs: Jobs = {
      notice: { batchSize: 40, body, run: () => Promise.reject(new PortalUnavailableError({ code: 'ECONNREFUSED' })) },
    }
    for (let attempt = 0; attempt < 12; attempt++) {
      await run(jobs)
      now = new Date(now.getTime() + 600_000)
    }
    expect(await states()).toEqual(['a due ECONNREFUSED'])
    const seen: string[][] = []
    await run(finishing(seen))
    expect(seen).toEqual([['a']])
  })

  test('a portal that gives no answer is asked once for all its work, and what comes meanwhile waits too', async () => {
    let asked = 0
    const jobs: Jobs = {
      notice: {
        batchSize: 40,
        body,
        run: () => {
          asked += 1
          return Promise.reject(new PortalUnavailableError({ code: 'ETIMEDOUT' }))
        },
      },
    }
    const worker = work(jobs)
    await add(Array.from({ length: 100 }, (_, index) => `n${index}`))
    await worker.tick()
    await worker.idle()
    await add(['later'])
    await worker.tick()
    await worker.idle()
    expect(asked).toBe(1)
    now = new Date(now.getTime() + 2000)
    await worker.tick()
    await worker.idle()
    await worker.stop()
    expect(asked).toBe(2)
  })

  test('what the portal cannot answer waits behind the rest, which is worked off', async () => {
    await add(['heavy', ...Array.from({ length: 60 }, (_, index) => `n${index}`)])
    const seen: string[][] = []
    const jobs: Jobs = {
      notice: {
        batchSize: 40,
        body,
        run: (round, rows) =>
          rows.some(({ dedupKey }) => dedupKey === 'heavy')
            ? Promise.reject(new PortalUnavailableError({ code: 'ETIMEDOUT' }))
            : (finishing(seen).notice?.run(round, rows) ?? Promise.resolve()),
      },
    }
    const worker = work(jobs)
    for (let minute = 0; minute < 10; minute++) {
      await worker.tick()
      await worker.idle()
      now = new Date(now.getTime() + 60_000)
    }
    await worker.stop()
    expect(seen.flat()).toHaveLength(60)
    expect((await states()).filter((state) => !state.endsWith('done seen'))).toEqual(['heavy due ETIMEDOUT'])
  })

  test('after an outage few requests do for all that waited, and during it few are made', async () => {
    await add(Array.from({ length: 40 }, (_, index) => `n${index}`))
    let isDown = true
    const sizes: number[] = []
    const seen: string[][] = []
    const jobs: Jobs = {
      notice: {
        batchSize: 40,
        body,
        run: (round, rows) => {
          sizes.push(rows.length)
          if (isDown) return Promise.reject(new PortalUnavailableError({ code: 'HTTP_502', status: 502 }))
          return finishing(seen).notice?.run(round, rows) ?? Promise.resolve()
        },
      },
    }
    const worker = work(jobs)
    const turn = async () => {
      await worker.tick()
      await worker.idle()
      now = new Date(now.getTime() + 600_000)
      return sizes.splice(0)
    }
    const during: number[][] = []
    for (let time = 0; time < 8; time++) during.push(await turn())
    isDown = false
    const after = [...(await turn()), ...(await turn())]
    await worker.stop()
    expect(during.slice(0, 4)).toEqual([[40], [40], [40], [1, 1]])
    expect(during.every((asked) => asked.length <= 2)).toBe(true)
    expect(after).toEqual([1, 2, 4, 8, 16, 9])
    expect(new Set(seen.flat()).size).toBe(40)
  })

  test('a limit of the portal says nothing of the rows: they stay together', async () => {
    await add(['a', 'b', 'c'])
    const sizes: number[] = []
    const jobs: Jobs = {
      notice: {
        batchSize: 40,
        body,
        run: (_, rows) => {
          sizes.push(rows.length)
          return Promise.reject(new RateLimitError({ code: 'QUERY_LIMIT_EXCEEDED' }, new Date(now.getTime() + 1000)))
        },
      },
    }
    for (let time = 0; time < 6; time++) {
      await run(jobs)
      now = new Date(now.getTime() + 60_000)
    }
    expect(new Set(sizes)).toEqual(new Set([3]))
  })

  test('a limit is waited for as long as the portal says', async () => {
    await add(['a'])
    const until = new Date(now.getTime() + 42_000)
    const jobs: Jobs = {
      notice: {
        batchSize: 40,
        body,
        run: () => Promise.reject(new RateLimitError({ code: 'OPERATION_TIME_LIMIT' }, until)),
      },
    }
    await run(jobs)
    const { due_at } = await database.db.selectFrom('work').select('due_at').executeTakeFirstOrThrow()
    expect(due_at).toBe(until.toISOString())
  })

  test('a row whose body no job of its type wrote is a dead letter at once, and holds up nothing else', async () => {
    await enqueue(
      database.db,
      [
        { portal: 'acme', type: 'notice', dedupKey: 'odd', body: ['rubbish'], dueAt: now },
        { portal: 'acme', type: 'notice', dedupKey: 'fine', dueAt: now },
      ],
      now,
    )
    const seen: string[][] = []
    await run(finishing(seen))
    expect(seen).toEqual([['fine']])
    expect(await states()).toEqual(['odd parked malformed', 'fine done seen'])
  })

  test('what failed is logged with where, and without what anybody wrote', async () => {
    await add(['bad'])
    const lines: string[] = []
    const log = createLog({ logLevel: 'error' }, { write: (line) => void lines.push(line) })
    const fails = () => Promise.reject(new TypeError('the customer wrote: hello'))
    const jobs: Jobs = { notice: { batchSize: 1, body, run: fails } }
    const worker = createWorker({ ...deps(), log }, { jobs, contextOf: async (turn) => turn, classify: classifyError })
    await worker.tick()
    await worker.idle()
    await worker.stop()
    expect(lines.join('')).not.toContain('hello')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      type: 'notice',
      error: { name: 'TypeError', at: expect.arrayContaining([expect.stringContaining('worker.test.ts')]) },
    })
  })

  test('work of a kind that this version does not know is left to a newer one, and parked after a day', async () => {
    await add(['a'])
    await run({ look: { batchSize: 1, body, run: () => Promise.resolve() } })
    expect(await states()).toEqual(['a due unknown-kind'])
    now = new Date(now.getTime() + 24 * 3_600_000)
    await run({ look: { batchSize: 1, body, run: () => Promise.resolve() } })
    expect(await states()).toEqual(['a parked unknown-kind'])
  })

  test('a portal whose lease another process holds is left alone; the others are served', async () => {
    await add(['a'])
    await add(['b'], 'other')
    await acquireLease(database.db, { portal: 'acme', owner: 'x', now, until: new Date(now.getTime() + 10_000) })
    const seen: string[][] = []
    await run(finishing(seen))
    expect(seen).toEqual([['b']])
    now = new Date(now.getTime() + 10_001)
    await run(finishing(seen))
    expect(seen).toEqual([['b'], ['a']])
  })

  test('who has lost the lease can write nothing any more', async () => {
    const until = new Date(now.getTime() + 10_000)
    const mine = await acquireLease(database.db, { portal: 'acme', owner: 'me', now, until })
    const later = new Date(now.getTime() + 10_001)
    const theirs = await acquireLease(database.db, {
      portal: 'acme',
      owner: 'they',
      now: later,
      until: new Date(later.getTime() + 10_000),
    })
    expect(theirs?.number).toBe((mine?.number ?? 0) + 1)
    if (!mine) throw new Error('no lease')
    await expect(renewLease(database.db, mine, later)).rejects.toThrow(LeaseLostError)
  })

  test('of two that want the lease at once one gets it', async () => {
    const until = new Date(now.getTime() + 10_000)
    const leases = await Promise.all(
      ['a', 'b', 'c'].map((owner) => acquireLease(database.db, { portal: 'acme', owner, now, until })),
    )
    expect(leases.filter((lease) => lease !== null)).toHaveLength(1)
  })
})
