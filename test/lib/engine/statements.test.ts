import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { MAX_LEASE_MS } from '../../../lib/store/leases.ts'
import { countStatements } from '../../count-statements.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'
import { engines, type TestDatabase } from '../store/test-database.ts'

/** What the clock looks for every second, whether or not anything happens, and the log of a second's requests. */
const ofTheClock = [
  '"erase_at" <=',
  'min("due_at")',
  'insert into "rest_log"',
  'select "portal"."member_id", "access"."user_id" from "portal" left join',
]

/** Statements of the test itself, by which it knows that all is done. */
const ofTheTest = ['select "kind", "subject", "reason" from "work"']

/** An event is quiet where none came so shortly before; one that follows another waits for company, and looks twice. */
const QUIET_MS = 150

describe.each(Object.entries(engines))('statements on %s', (engine, open) => {
  let database: TestDatabase
  let rig: Rig
  beforeEach(async () => {
    database = await open()
    const env = 'databaseUrl' in database.location ? { DATABASE_URL: database.location.databaseUrl } : {}
    rig = await startRig({ portal: { eventDelayMs: [0, 0], limits: { enabled: false } }, env })
    await rig.as(SEED.users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    await moveByMails(1)
  })
  afterEach(async () => {
    await rig.stop()
    await database.close()
  })

  /** E-mails, each about a deal of its own. */
  const receiveMails = (count: number) => {
    const { deal } = SEED.types
    return Array.from({ length: count }, (_, index) => {
      const title = `Deal ${index}`
      const item = rig.portal.act.createItem({ entityTypeId: deal, title, categoryId: SEED.pipelines.partners })
      rig.portal.act.receiveMail({ bindings: [{ entityTypeId: deal, id: item.id }] })
      return item
    })
  }
  const moveByMails = async (count: number) => {
    const items = receiveMails(count)
    await rig.settled()
    expect(items.map(({ stageId }) => stageId)).toEqual(items.map(() => 'C4:PREPARATION'))
  }
  const counted = async (act: () => Promise<unknown>) => {
    const count = countStatements()
    await act()
    count.stop()
    const texts = count.texts.filter((text) => ![...ofTheClock, ...ofTheTest].some((part) => text.includes(part)))
    // Of the rest each is a round trip of its own.
    return { texts, roundTrips: count.roundTrips() - (count.texts.length - texts.length) }
  }
  /** Another process holds the portal's lease, or none does. */
  const lend = (owner: string | null) =>
    rig.stagecue.db
      .updateTable('portal')
      .set({ lease_owner: owner, lease_until: owner && new Date(Date.now() + MAX_LEASE_MS).toISOString() })
      .execute()

  test('a quiet event that moves a deal takes few, from the post to the journal', async () => {
    await sleep(QUIET_MS)
    const { texts, roundTrips } = await counted(() => moveByMails(1))
    expect(texts.length, texts.join('\n')).toBeLessThanOrEqual(engine === 'sqlite' ? 20 : 22)
    expect(roundTrips).toBeLessThanOrEqual(engine === 'sqlite' ? 0 : 20)
    // SQLite would make plans anew for them.
    expect(texts.filter((text) => /(?<!\+)\?/.test(text))).toEqual([])
  })

  test('triggers of kinds that an event cannot serve are not read', async () => {
    const { db } = rig.stagecue
    const { id: _, ...model } = await db.selectFrom('trigger').selectAll().executeTakeFirstOrThrow()
    const others = Array.from({ length: 300 }, () => ({ ...model, kind: 'call-inbound' }))
    await db.insertInto('trigger').values(others).execute()
    const parse = vi.spyOn(JSON, 'parse')
    try {
      await moveByMails(1)
      expect(parse.mock.calls.length).toBeLessThan(others.length)
    } finally {
      parse.mockRestore()
    }
  })

  test('events that wait together share what is read and written for them', async () => {
    await lend('another process')
    const items = receiveMails(200)
    await rig.portal.idle()
    const { texts } = await counted(async () => {
      await lend(null)
      await rig.settled()
    })
    expect(items.every(({ stageId }) => stageId === 'C4:PREPARATION')).toBe(true)
    expect(texts.length, texts.join('\n')).toBeLessThanOrEqual(200)
  })
})
