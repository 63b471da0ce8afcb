import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createLog } from '../../../lib/log.ts'
import type { Turn } from '../../../lib/queue/job.ts'
import { createWorker } from '../../../lib/queue/worker.ts'
import { completeJobs, enqueue } from '../../../lib/store/jobs.ts'
import { addProvisionalPortal } from '../../../lib/store/provisional-portals.ts'
import { openSqlite } from '../store/test-database.ts'

test('what cannot be written for want of room is no fault of the work: it stays due, untried, and is done when there is room', async () => {
  const { db, close } = await openSqlite()
  let now = new Date('2026-08-29T07:00:00.000Z')
  await addProvisionalPortal(db, 'acme', now)
  const work = ['a', 'b', 'c'].map((dedupKey) => ({ portal: 'acme', type: 'sweep' as const, dedupKey, dueAt: now }))
  await enqueue(db, work, now)
  const deps = { db, clock: () => now, log: createLog({ logLevel: 'silent' }) }
  let asked = 0
  const worker = createWorker<Turn>(deps, {
    classify: () => ({ kind: 'unknown' }),
    contextOf: async (turn) => turn,
    jobs: {
      sweep: {
        batchSize: 10,
        body: z.looseObject({}),
        run: (turn, rows) =>
          turn.commit(async (tx) => {
            asked += 1
            const cursors = rows.map(({ dedupKey }) => ({ portal: 'acme', name: dedupKey, value: 'x'.repeat(100_000) }))
            await tx.insertInto('cursor').values(cursors).execute()
            await completeJobs(tx, rows, 'written', now)
          }),
      },
    },
  })
  const rows = () => db.selectFrom('work').select(['subject', 'state', 'attempts', 'due_at']).orderBy('id').execute()
  const before = await rows()
  // Small changes fit into the pages that there are.
  await sql`pragma max_page_count = 1`.execute(db)
  for (let second = 0; second < 60; second++) {
    await worker.tick()
    await worker.idle()
    now = new Date(now.getTime() + 1000)
  }
  expect(await rows()).toEqual(before)
  expect(asked, 'how often the portal is asked in vain').toBeLessThan(12)
  await sql`pragma max_page_count = 1000000`.execute(db)
  now = new Date(now.getTime() + 30_000)
  await worker.tick()
  await worker.idle()
  expect((await rows()).map(({ state, attempts }) => `${state} ${attempts}`)).toEqual(['done 0', 'done 0', 'done 0'])
  await worker.stop()
  await close()
})
