import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, expect, test } from 'vitest'
import { findAccess, openTokens } from '../../../lib/store/access.ts'
import { type Db, openDatabase } from '../../../lib/store/database.ts'
import { listDecisions } from '../../../lib/store/decisions.ts'
import { listDeadLetters } from '../../../lib/store/job-queries.ts'
import { claimJobs, makeDueNow } from '../../../lib/store/jobs.ts'
import { findKnownKeys } from '../../../lib/store/occurrences.ts'
import { findPortal } from '../../../lib/store/portals.ts'
import { createSealer } from '../../../lib/store/sealing.ts'
import { listTriggers } from '../../../lib/store/triggers.ts'

const dump = new URL('./fixtures/version-of-2026-11-29.sql', import.meta.url)
const now = new Date('2026-11-28T09:00:01.000Z')

let dataDir: string
let db: Db
afterEach(async () => {
  await db.destroy()
  rmSync(dataDir, { recursive: true, force: true })
})

/** A folder as that version left it, opened by this one. */
async function open(): Promise<Db> {
  dataDir = mkdtempSync(join(tmpdir(), 'stagecue-earlier-'))
  const raw = new Sqlite(join(dataDir, 'stagecue.db'))
  raw.exec(readFileSync(dump, 'utf8'))
  raw.close()
  return openDatabase({ dataDir })
}

test('a database that an earlier version made opens, with everything in it', async () => {
  db = await open()
  expect(await findPortal(db, 'p1')).toMatchObject({ status: 'installed', installerId: 1, settings: { managers: [7] } })
  const sealer = createSealer([{ id: 'k1', key: Buffer.alloc(32, 7) }])
  const access = await findAccess(db, 'p1', 1)
  expect(access && openTokens(sealer, access)).toMatchObject({ accessToken: 'access-1', refreshToken: 'refresh-1' })
  expect(await listTriggers(db, 'p1')).toMatchObject([
    { kind: 'email-incoming', name: 'A customer wrote', fromStages: ['NEW'], mode: 'live', enabled: true },
  ])
  expect(await findKnownKeys(db, 'p1', ['email-incoming:501'])).toEqual(new Set(['email-incoming:501']))
  expect(await listDecisions(db, 'p1', {}, 10)).toMatchObject([{ outcome: 'moved', item_id: 31 }])
})

test('jobs of an earlier version are claimed as they were, and woken by what they wait for', async () => {
  db = await open()
  const claim = async () => (await claimJobs(db, 'p1', now, 10)).map(({ type, dedupKey }) => `${type} ${dedupKey}`)
  expect(await claim()).toEqual(['notice ONCRMACTIVITYADD:502'])
  expect(await listDeadLetters(db, 'p1', undefined, 10)).toMatchObject([{ type: 'settle-move', reason: 'TypeError' }])
  await db.updateTable('work').set({ state: 'done' }).where('kind', '=', 'notice').execute()
  expect(await claim()).toEqual([])
  await makeDueNow(db, { portal: 'p1', waitingFor: 'item-busy' }, now)
  expect(await claim()).toEqual(['look email-incoming:501'])
  await db.updateTable('work').set({ state: 'done' }).where('kind', '=', 'look').execute()
  await makeDueNow(db, { portal: 'p1', waitingFor: 'NO_READER' }, now)
  expect(await claim()).toEqual(['sweep round'])
})

test('a row of a process of the version before, which says by its reason what it waits for, is woken too', async () => {
  db = await open()
  await db.updateTable('work').set({ waits_for: null }).where('kind', '=', 'look').execute()
  await makeDueNow(db, { portal: 'p1', waitingFor: 'item-busy' }, now)
  const due = await db
    .selectFrom('work')
    .select('kind')
    .where('due_at', '<=', now.toISOString())
    .where('state', '=', 'due')
    .execute()
  expect(due.map(({ kind }) => kind).sort()).toEqual(['look', 'notice'])
})
