import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createScheduler, type PeriodicJob } from '../../../lib/queue/periodic.ts'
import { findCursor, storeCursor } from '../../../lib/store/cursors.ts'
import { listHeldClicks } from '../../../lib/store/job-queries.ts'
import { completeClicks, completeJobs, enqueue } from '../../../lib/store/jobs.ts'
import { addProvisionalPortal } from '../../../lib/store/provisional-portals.ts'
import { forgetMail, forgetMailBefore, insertSentMail, listSentMail, markMail } from '../../../lib/store/sent-mail.ts'
import { engines, type TestDatabase } from './test-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 7, 1, 12, 0, second))

describe.each(Object.entries(engines))('on %s', (_, open) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    for (const table of ['sent_mail', 'cursor', 'work'] as const) await database.db.deleteFrom(table).execute()
  })

  describe('Sent e-mails', () => {
    const mail = (activityId: number, second: number) => ({ activityId, sentAt: at(second).toISOString() })
    const listed = async (change: object = {}) => {
      const page = { since: at(0).toISOString(), before: null, limit: 10, ...change }
      return (await listSentMail(database.db, 'acme', page)).map((one) => one.activityId)
    }
    beforeEach(async () => {
      await insertSentMail(database.db, 'acme', [mail(1, 1), mail(2, 2), mail(3, 3)])
      await insertSentMail(database.db, 'other', [mail(9, 9)])
    })

    it('are listed by page and since when, the newest first', async () => {
      expect(await listed()).toEqual([3, 2, 1])
      expect(await listed({ limit: 2 })).toEqual([3, 2])
      expect(await listed({ limit: 2, before: 2 })).toEqual([1])
      expect(await listed({ since: at(2).toISOString() })).toEqual([3, 2])
    })

    it('stay as they are when they are remembered again', async () => {
      await markMail(database.db, 'acme', 'viewed', [2])
      await markMail(database.db, 'acme', 'clicked', [3])
      await insertSentMail(database.db, 'acme', [mail(2, 30), mail(3, 3)])
      const page = { since: at(0).toISOString(), before: null, limit: 10 }
      expect(await listSentMail(database.db, 'acme', page)).toEqual([
        { activityId: 3, viewed: false, clicked: true },
        { activityId: 2, viewed: true, clicked: false },
        { activityId: 1, viewed: false, clicked: false },
      ])
    })

    it('are forgotten one by one or by age, in their portal only', async () => {
      await forgetMail(database.db, 'acme', [3, 9])
      await forgetMailBefore(database.db, 'acme', at(2))
      expect(await listed()).toEqual([2])
      expect(await listSentMail(database.db, 'other', { since: '', before: null, limit: 10 })).toHaveLength(1)
    })

    it('come 2500 at a time', async () => {
      await insertSentMail(
        database.db,
        'acme',
        Array.from({ length: 2500 }, (_, index) => mail(100 + index, 5)),
      )
      const many = await listed({ limit: 2500 })
      expect(many).toHaveLength(2500)
      await forgetMail(database.db, 'acme', many)
      expect(await listed()).toEqual([3, 2, 1])
    })
  })

  it('A cursor is what was kept last, per portal and name', async () => {
    expect(await findCursor(database.db, 'acme', 'a')).toBeNull()
    await storeCursor(database.db, 'acme', 'a', '1')
    await storeCursor(database.db, 'acme', 'a', '2')
    await storeCursor(database.db, 'acme', 'b', '3')
    expect(await findCursor(database.db, 'acme', 'a')).toBe('2')
    expect(await findCursor(database.db, 'other', 'a')).toBeNull()
  })

  it('Held clicks are those of one item, and nothing stays of them', async () => {
    const click = (subject: string) => ({
      portal: 'acme',
      type: 'click' as const,
      dedupKey: subject,
      body: { address: 'x' },
      dueAt: at(5),
    })
    const subjects = ['2:31#a', '2:31#b', '2:310#c', '12:31#d']
    await enqueue(database.db, subjects.map(click), at(0))
    const held = await listHeldClicks(database.db, 'acme', 'click', '2:31')
    expect(held).toHaveLength(2)
    const jobs = held.map(({ id }) => ({ portal: 'acme', id }))
    await completeClicks(database.db, jobs, 'counted', at(6))
    expect(await listHeldClicks(database.db, 'acme', 'click', '2:31')).toEqual([])
    const rows = await database.db.selectFrom('work').select(['state', 'body']).orderBy('id').execute()
    expect(rows.map(({ state, body }) => `${state} ${body}`)).toEqual([
      'done {}',
      'done {}',
      'due {"address":"x"}',
      'due {"address":"x"}',
    ])
  })

  describe('Periodic work', () => {
    let now = at(0)
    const works: PeriodicJob[] = [{ type: 'probe', seconds: 10, portals: async () => ['acme', 'other'] }]
    const clock = () => now
    const rows = () => database.db.selectFrom('work').selectAll().orderBy('id').execute()
    beforeEach(async () => {
      for (const portal of ['acme', 'other']) await addProvisionalPortal(database.db, portal, at(0))
    })

    it('comes once in each span for each portal, however many processes insert it', async () => {
      const [one, two] = [createScheduler(database.db, clock, works), createScheduler(database.db, clock, works)]
      const tick = async (second: number) => {
        now = at(second)
        await Promise.all([one(), two()])
      }
      await tick(3)
      expect(await rows()).toHaveLength(2)
      for (const row of await rows()) await completeJobs(database.db, [row], 'asked', now)
      await tick(9)
      await createScheduler(database.db, clock, works)()
      expect(await rows()).toHaveLength(2)
      await tick(10)
      expect((await rows()).map(({ portal, state }) => `${portal} ${state}`)).toEqual([
        'acme done',
        'other done',
        'acme due',
        'other due',
      ])
    })

    it('is not joined by a second round while the first is still due', async () => {
      const tick = createScheduler(database.db, clock, works)
      for (const second of [3, 13, 23]) {
        now = at(second)
        await tick()
      }
      expect(await rows()).toHaveLength(2)
    })
  })
})
