import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobType } from '../../../lib/domain/job-types.ts'
import { listChannels, upsertChannel } from '../../../lib/store/channels.ts'
import {
  addSeenMessages,
  type Conversation,
  findConversations,
  findSeenMessages,
  upsertConversations,
} from '../../../lib/store/conversations.ts'
import { listForms, upsertForms } from '../../../lib/store/forms.ts'
import { findDueEvents } from '../../../lib/store/job-queries.ts'
import { enqueue } from '../../../lib/store/jobs.ts'
import { type Ages, forgetOld } from '../../../lib/store/retention.ts'
import { engines, type TestDatabase } from './test-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 7, 1, 12, 0, second)).toISOString()
const never = new Date(0)
const nothing: Ages = {
  journal: never,
  filtered: never,
  jobs: never,
  parked: never,
  restLog: never,
  conversations: never,
  seenMessages: never,
  madeLinks: never,
  audit: never,
}
const userCode = 'telegrambot|5|70012|602'

const conversation = (change: Partial<Conversation> = {}): Conversation => ({
  sessionId: '3301',
  userCode,
  channelId: '5',
  activityId: 9104,
  status: 1,
  updatedAt: at(0),
  acceptedAt: null,
  lastMessageId: null,
  ...change,
})

describe.each(Object.entries(engines))('conversations in %s', (_, open) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  test('are kept as they were last seen, and found by session or by activity', async () => {
    const { db } = database
    await upsertConversations(
      db,
      'p1',
      [conversation(), conversation({ sessionId: '3302', activityId: null })],
      new Date(at(0)),
    )
    const proof = { expected: 7, told: 3, countedAt: at(42) }
    const seen = conversation({
      status: 2,
      updatedAt: at(42),
      acceptedAt: at(42),
      lastMessageId: '9007199254740993',
      begunBy: 'connector',
      proof,
    })
    await upsertConversations(db, 'p1', [seen], new Date(at(42)))
    expect(await findConversations(db, 'p1', { activities: [9104] })).toEqual([seen])
    expect(await findConversations(db, 'p1', { sessions: ['3301'], activities: [9104] })).toEqual([seen])
    expect(await findConversations(db, 'p1', { sessions: ['3302'] })).toHaveLength(1)
    expect(await findConversations(db, 'p1', {})).toEqual([])
    expect(await findConversations(db, 'p2', { sessions: ['3301'] })).toEqual([])
  })

  test('are forgotten when they rest for long, a thousand at a time', async () => {
    const { db } = database
    const many = Array.from({ length: 1001 }, (_, n) => conversation({ sessionId: String(5000 + n), activityId: null }))
    for (let start = 0; start < many.length; start += 500) {
      await upsertConversations(db, 'p3', many.slice(start, start + 500), new Date(at(0)))
    }
    await upsertConversations(db, 'p3', [conversation({ sessionId: '4000' })], new Date(at(9)))
    const ages = { ...nothing, conversations: new Date(at(9)) }
    expect(await forgetOld(db, 'p3', ages)).toBe(true)
    expect(await forgetOld(db, 'p3', ages)).toBe(false)
    const left = await db.selectFrom('conversation').select('session_id').where('portal', '=', 'p3').execute()
    expect(left).toEqual([{ session_id: '4000' }])
    expect(await findConversations(db, 'p1', { sessions: ['3301'] })).toHaveLength(1)
  })

  test('have channels with one source at a time', async () => {
    const { db } = database
    await upsertChannel(db, 'p1', { channelId: '5', source: 'history', heardAt: null })
    await upsertChannel(db, 'p1', { channelId: '5', source: 'events', heardAt: at(7) })
    expect(await listChannels(db, 'p1')).toEqual([{ channelId: '5', source: 'events', heardAt: at(7) }])
    expect(await listChannels(db, 'p2')).toEqual([])
  })

  test('have messages that events told of, each once, until they are old', async () => {
    const { db } = database
    const chat = 'telegrambot|5|70012'
    const early = { chat, externalId: '1', at: at(1) }
    const late = { chat, externalId: '2', at: at(1) }
    await addSeenMessages(db, 'p1', [early, { ...late, at: at(9) }])
    await addSeenMessages(db, 'p1', [early, late])
    const found = await findSeenMessages(db, 'p1', [chat, chat])
    expect(found.sort((a, b) => a.externalId.localeCompare(b.externalId))).toEqual([early, { ...late, at: at(9) }])
    await forgetOld(db, 'p1', { ...nothing, seenMessages: new Date(at(5)) })
    expect(await findSeenMessages(db, 'p1', [chat])).toEqual([{ ...late, at: at(9) }])
    expect(await findSeenMessages(db, 'p1', [])).toEqual([])
  })

  test('have notices that wait', async () => {
    const { db } = database
    const now = new Date(at(0))
    const notice = (dedupKey: string, type: JobType = 'notice') => ({ portal: 'p1', type, dedupKey, dueAt: now })
    await enqueue(db, [notice('A:1'), notice('A:1'), notice('A:2'), notice('A:1', 'look')], now)
    expect((await findDueEvents(db, 'p1', ['A:1', 'A:3'])).map(({ dedupKey }) => dedupKey)).toEqual(['A:1', 'A:1'])
    expect(await findDueEvents(db, 'p1', [])).toEqual([])
  })

  test('and forms that were seen are remembered under their last title', async () => {
    const { db } = database
    await upsertForms(db, 'p1', [{ id: '14', title: 'Call me' }])
    await upsertForms(db, 'p1', [
      { id: '14', title: 'Call me again' },
      { id: '14', title: 'Call me back' },
    ])
    await upsertForms(db, 'p1', [])
    expect(await listForms(db, 'p1')).toEqual([{ id: '14', title: 'Call me back' }])
  })
})
