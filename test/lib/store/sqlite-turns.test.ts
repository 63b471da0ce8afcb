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

/** Nobody waits for anything else meanwhile. */
async function askOften(): Promise<void> {
  for (let asked = 0; asked < 50; asked++) await sql`select count(*) from work`.execute(db)
}
