import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { type Db, openDatabase } from '../../../lib/store/database.ts'

let dataDir: string
let db: Db
afterEach(async () => {
  await db.destroy()
  rmSync(dataDir, { recursive: true, force: true })
})

test('while many ask SQLite one thing after the other, requests and timers have their turn', async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'stagecue-turns-'))
  db = await openDatabase({ dataDir })
  let isOver = false
  let turns = 0
  const turn = () => {
    turns += 1
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  const begun = performance.now()
  await Promise.all(Array.from({ length: 100 }, askOften))
  isOver = true
  const ms = performance.now() - begun
  expect(turns, `in ${ms.toFixed(0)} ms`).toBeGreaterThan(5)
})

test('SQLite is shown no value to make its plan by, as it would make it anew for each', async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'stagecue-turns-'))
  db = await openDatabase({ dataDir })
  const due = db.selectFrom('work').select('id').where('state', '=', 'due').limit(1)
  expect(due.compile().sql).toBe('select "id" from "work" where "state" = +? limit +?')
  expect(await due.execute()).toEqual([])
})

/** Nobody waits for anything else meanwhile. */
async function askOften(): Promise<void> {
  for (let asked = 0; asked < 50; asked++) await sql`select count(*) from work`.execute(db)
}
