import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../../lib/store/database.ts'
import { isTransientDbError } from '../../../lib/store/transient-errors.ts'
import { engines, startPostgres } from './test-database.ts'

const errorOf = (done: Promise<unknown>): Promise<unknown> =>
  done.then(
    () => expect.fail('It went well'),
    (error) => error,
  )

test('a disk that is full, a database that may not be written: on SQLite', async () => {
  const { db, close } = await engines.sqlite()
  const large = (name: string) =>
    db
      .insertInto('cursor')
      .values({ portal: 'acme', name, value: 'x'.repeat(100_000) })
      .execute()
  await sql`pragma max_page_count = 1`.execute(db)
  expect(isTransientDbError(await errorOf(large('a')))).toBe(true)
  await sql`pragma max_page_count = 1000000`.execute(db)
  await large('a')
  expect(isTransientDbError(await errorOf(large('a'))), 'the same key twice').toBe(false)
  await sql`pragma query_only = 1`.execute(db)
  expect(isTransientDbError(await errorOf(large('b')))).toBe(true)
  await close()
})

test('a server that stops, that is not there, that may not be written: on PostgreSQL', async () => {
  const server = await startPostgres()
  const db = await openDatabase({ databaseUrl: server.url })
  const write = () => db.insertInto('cursor').values({ portal: 'acme', name: 'a', value: '' }).execute()
  await write()
  expect(isTransientDbError(await errorOf(write())), 'the same key twice').toBe(false)
  const readOnly = db.transaction().execute(async (tx) => {
    await sql`set transaction read only`.execute(tx)
    await tx.deleteFrom('cursor').execute()
  })
  expect(isTransientDbError(await errorOf(readOnly))).toBe(true)
  const sleeping = errorOf(sql`select pg_sleep(60)`.execute(db))
  await new Promise((resolve) => setTimeout(resolve, 300))
  await server.halt()
  expect(isTransientDbError(await sleeping), 'stopped while it was asked').toBe(true)
  expect(isTransientDbError(await errorOf(write())), 'not there').toBe(true)
  await db.destroy()
  await server.stop()
})

describe('what has another reason', () => {
  test.each([
    new TypeError('x is undefined'),
    Object.assign(new Error('ECONNRESET'), { name: 'UnknownOutcomeError', code: 'ECONNRESET' }),
    'text',
    null,
  ])('%s', (error) => {
    expect(isTransientDbError(error)).toBe(false)
  })
})
