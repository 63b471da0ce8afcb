import { afterEach, beforeEach, expect, test } from 'vitest'
import { countStatements } from '../../count-statements.ts'
import { openPostgres, type TestDatabase } from './test-database.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await openPostgres()
})
afterEach(() => database.close())

test('a transaction begins along with its first statement, and is undone as a whole', async () => {
  const row = { portal: 'p1', event: 'A', at: '2026-01-01T00:00:00.000Z' }
  const count = countStatements()
  await expect(
    database.db.transaction().execute(async (tx) => {
      await tx.insertInto('heard_event').values(row).execute()
      await tx.insertInto('heard_event').values(row).execute()
    }),
  ).rejects.toThrow('duplicate key')
  count.stop()
  expect(count.texts).toEqual(['begin', expect.any(String), expect.any(String), 'rollback'])
  expect(count.roundTrips()).toBe(3)
  expect(await database.db.selectFrom('heard_event').selectAll().execute()).toEqual([])
})

test('one whose first statement fails says so, and the connection serves on', async () => {
  const { db } = database
  const failing = db.transaction().execute((tx) =>
    tx
      .selectFrom('heard_event')
      .select('nothing' as 'at')
      .execute(),
  )
  await expect(failing).rejects.toThrow('does not exist')
  const one = db.transaction().execute((tx) => tx.selectFrom('heard_event').selectAll().execute())
  expect(await one).toEqual([])
})
