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
})
