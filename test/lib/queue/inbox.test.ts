import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createInbox } from '../../../lib/queue/inbox.ts'
import { addProvisionalPortal } from '../../../lib/store/provisional-portals.ts'
import { countStatements } from '../../count-statements.ts'
import { engines, type TestDatabase } from '../store/test-database.ts'

describe.each(Object.entries(engines))('the inbox on %s', (engine, open) => {
  const now = new Date()
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
    await addProvisionalPortal(database.db, 'a', now)
  })
  afterEach(() => database.close())

  test('events that come at the same time share a commit; every hundredth waits for a count besides', async () => {
    const inbox = createInbox(database.db, () => now)
    const counting = countStatements()
    const heard = Array.from({ length: 100 }, (_, index) => `ONCRMACTIVITYADD:${index}`)
    const add = (dedupKey: string) => inbox.add([{ portal: 'a', type: 'notice', dedupKey, body: {}, dueAt: now }])
    const counts = () => counting.texts.filter((text) => text.includes('count(*)'))
    const inserts = () => counting.texts.filter((text) => /insert into "?work\b/.test(text))
    await Promise.all(heard.slice(1).map(add))
    expect([counts().length, inserts().length]).toEqual([0, 1])
    await add(heard[0] ?? '')
    counting.stop()
    expect([counts().length, inserts().length]).toEqual([1, 2])
    const { db } = database
    expect(await db.selectFrom('work').select('id').where('portal', '=', 'a').execute()).toHaveLength(100)
  })
  test.each([
    ['rules that wait to be told', 'answer-robot', 3000],
    ['clicks that are held', 'click', 5000],
  ] as const)(
    'of %s (%s) %i of a portal wait, further ones are refused, and its events stored',
    async (_, type, most) => {
      const { db } = database
      const at = now.toISOString()
      await sql`with recursive made (n) as (select 1 union all select n + 1 from made where n < ${sql.lit(most)})
      insert into work (portal, kind, subject, body, due_at, attempts, state, created_at, updated_at)
      select 'a', ${type}, cast(n as text), '{}', ${at}, 0, 'due', ${at}, ${at} from made`.execute(db)
      const inbox = createInbox(db, () => now)
      const add = (n: number) => inbox.add([{ portal: 'a', type, dedupKey: `more ${n}`, dueAt: now }])
      await Promise.all(Array.from({ length: 99 }, (_, n) => add(n)))
      expect([await add(100), await add(101)]).toEqual([false, false])
      expect(await inbox.add([{ portal: 'a', type: 'notice', dedupKey: 'X:1', body: {}, dueAt: now }])).toBe(true)
      expect(inbox.dropped()).toBe(0)
    },
  )

  test('events of several portals take one statement each, which SQLite commits together', async () => {
    const portals = ['a', 'b', 'c']
    for (const portal of portals.slice(1)) await addProvisionalPortal(database.db, portal, now)
    const inbox = createInbox(database.db, () => now)
    const events = Array.from({ length: 30 }, (_, index) => ({ portal: portals[index % 3] ?? '', index }))
    const counting = countStatements()
    await Promise.all(
      events.map(({ portal, index }) =>
        inbox.add([{ portal, type: 'notice', dedupKey: `ONCRMACTIVITYADD:${index}`, body: {}, dueAt: now }]),
      ),
    )
    counting.stop()
    const inserts = counting.texts.filter((text) => /insert into "?work\b/.test(text))
    const others = counting.texts.filter((text) => !inserts.includes(text))
    expect(inserts).toHaveLength(3)
    expect(others).toEqual(engine === 'sqlite' ? ['begin', 'commit'] : [])
    expect(await database.db.selectFrom('work').select('id').execute()).toHaveLength(30)
  })
})
