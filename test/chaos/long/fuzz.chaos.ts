import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { openPostgres } from '../../lib/store/test-database.ts'
import { type Rig, startRig } from '../../rig.ts'
import { fuzz, rowsKept } from '../../security/fuzz.ts'

const CASES = 20_000
const MEGABYTE = 1024 * 1024

let rig: Rig
afterEach(() => rig.stop())

/** Nothing is due any more. Claims of the life cycle are looked into a few times an hour, however many come: those that are put off may wait. */
async function nothingToDo(): Promise<void> {
  await vi.waitFor(
    async () => {
      const due = rig.stagecue.db.selectFrom('work').select(['kind', 'subject', 'reason']).where('state', '=', 'due')
      expect(await due.where('due_at', '<=', new Date().toISOString()).execute()).toEqual([])
    },
    { timeout: 60_000, interval: 100 },
  )
}

test(`${CASES} made-up requests: none breaks something, none hangs, and little is left behind`, {
  timeout: 1_800_000,
}, async () => {
  rig = await startRig()
  await rig.settled()
  const [rows, heap] = [await rowsKept(rig), process.memoryUsage().heapUsed]
  await fuzz(rig, CASES)
  expect((await rowsKept(rig)) - rows).toBeLessThan(CASES)
  expect(statSync(join(rig.dataDir, 'stagecue.db')).size).toBeLessThan(20 * MEGABYTE)
  expect(process.memoryUsage().heapUsed - heap).toBeLessThan(200 * MEGABYTE)
  await nothingToDo()
})

test('PostgreSQL, which refuses more than SQLite does', { timeout: 600_000 }, async () => {
  const database = await openPostgres()
  const databaseUrl = 'databaseUrl' in database.location ? database.location.databaseUrl : ''
  rig = await startRig({ env: { DATABASE_URL: databaseUrl } })
  await rig.settled()
  await fuzz(rig, CASES / 10)
  await nothingToDo()
})
