import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createInbox } from '../../../lib/queue/inbox.ts'
import { addProvisionalPortal } from '../../../lib/store/provisional-portals.ts'
import { countStatements } from '../../count-statements.ts'
import { engines, type TestDatabase } from '../store/test-database.ts'

describe.each(Object.entries(engines))('the inbox on %s', (_engine, open) => {
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
  test('over three thousand rules that wait to be told further ones are refused, and events of the portal stored', async () => {
    const { db } = database
    const at = now.toISOString()
    await sql`with recursive made (n) as (select 1 union all select n + 1 from made where n < 3000)
      insert into work (portal, kind, subject, body, due_at, attempts, state, created_at, updated_at)
      select 'a', 'answer-robot', cast(n as text), '{}', ${at}, 0, 'due', ${at}, ${at} from made`.execute(db)
    const inbox = createInbox(db, () => now)
    const rule = (n: number) => inbox.add([{ portal: 'a', type: 'answer-robot', dedupKey: `more ${n}`, dueAt: now }])
    await Promise.all(Array.from({ length: 99 }, (_, n) => rule(n)))
    expect([await rule(100), await rule(101)]).toEqual([false, false])
    expect(await inbox.add([{ portal: 'a', type: 'notice', dedupKey: 'X:1', body: {}, dueAt: now }])).toBe(true)
    expect(inbox.dropped()).toBe(0)
  })
})
