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

  test('of events that come at the same time one waits for the count, and the others share a commit', async () => {
    const inbox = createInbox(database.db, () => now)
    const counting = countStatements()
    const heard = Array.from({ length: 100 }, (_, index) => `ONCRMACTIVITYADD:${index}`)
    await Promise.all(
      heard.map((dedupKey) => inbox.add([{ portal: 'a', type: 'notice', dedupKey, body: {}, dueAt: now }])),
    )
    counting.stop()
    expect(counting.texts.filter((text) => text.includes('count(*)'))).toHaveLength(1)
    expect(counting.texts.filter((text) => /insert into "?work\b/.test(text))).toHaveLength(2)
    const { db } = database
    expect(await db.selectFrom('work').select('id').where('portal', '=', 'a').execute()).toHaveLength(100)
  })
})
