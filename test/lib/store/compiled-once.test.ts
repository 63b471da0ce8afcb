import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { compiledOnce } from '../../../lib/store/compiled-once.ts'
import { engines, type TestDatabase } from './test-database.ts'

describe.each(Object.entries(engines))('a statement that is compiled once on %s', (_, open) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
  })
  afterEach(() => database.close())

  test('is built once for each length of its lists, and runs with the values of each call', async () => {
    let built = 0
    const add = compiledOnce((db, { rows }: { rows: readonly { portal: string; code: string; at: string }[] }) => {
      built++
      return db.insertInto('heard_event').values(rows.map(({ code, ...row }) => ({ ...row, event: code })))
    })
    const find = compiledOnce((db, { portal, codes }: { portal: string; codes: readonly string[] }) => {
      built++
      const ofPortal = db.selectFrom('heard_event').select(['event', 'at']).where('portal', '=', portal)
      return ofPortal.where('event', 'in', codes).orderBy('event')
    })
    const row = (portal: string, code: string) => ({ portal, code, at: `${code} of ${portal}` })
    await add(database.db, { rows: [row('a', 'X'), row('a', 'Y')] })
    await database.db.transaction().execute((tx) => add(tx, { rows: [row('b', 'X'), row('b', 'Z')] }))
    const found = async (portal: string, codes: string[]) =>
      (await find(database.db, { portal, codes })).rows.map(({ at }) => at)
    expect(await found('a', ['X', 'Y'])).toEqual(['X of a', 'Y of a'])
    expect(await found('b', ['Y', 'Z'])).toEqual(['Z of b'])
    expect(built).toBe(2)
    expect(await found('b', ['X'])).toEqual(['X of b'])
    expect(built).toBe(3)
  })

  test('says how many rows it changed', async () => {
    const rename = compiledOnce((db, { from, to }: { from: string; to: string }) =>
      db.updateTable('heard_event').set({ event: to }).where('portal', '=', 'a').where('event', '=', from),
    )
    await database.db.insertInto('heard_event').values({ portal: 'a', event: 'X', at: 'then' }).execute()
    expect((await rename(database.db, { from: 'X', to: 'Y' })).numAffectedRows).toBe(1n)
    expect((await rename(database.db, { from: 'X', to: 'Y' })).numAffectedRows).toBe(0n)
  })
})
