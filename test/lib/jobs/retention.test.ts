import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { classifyError } from '../../../lib/engine/classify-error.ts'
import { contextOf, type EngineDeps } from '../../../lib/engine/context.ts'
import { RETENTION, retention } from '../../../lib/jobs/retention.ts'
import { linkKey } from '../../../lib/links/link-key.ts'
import { createLog } from '../../../lib/log.ts'
import { createWorker } from '../../../lib/queue/worker.ts'
import { hashedKey } from '../../../lib/store/forget-occurrences.ts'
import { enqueue } from '../../../lib/store/jobs.ts'
import { findKnownKeys } from '../../../lib/store/occurrences.ts'
import { addProvisionalPortal } from '../../../lib/store/provisional-portals.ts'
import { engines, type TestDatabase } from '../store/test-database.ts'

const now = new Date('2026-08-29T07:00:00.000Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000 - 1000).toISOString()

describe.each(Object.entries(engines))('retention on %s', (_, open) => {
  let database: TestDatabase
  afterEach(() => database.close())

  const begin = async (portal: Record<string, string>) => {
    database = await open()
    await addProvisionalPortal(database.db, 'acme', now)
    await database.db
      .updateTable('portal')
      .set({ status: 'installed', ...portal })
      .execute()
  }
  /** One round, with all that it takes. */
  const run = async (keepDays = { filtered: 7, jobs: 3, restLog: 3 }) => {
    await enqueue(database.db, [{ portal: 'acme', type: RETENTION, dedupKey: 'round', dueAt: now }], now)
    const deps: EngineDeps = {
      db: database.db,
      clients: {} as EngineDeps['clients'],
      clock: () => now,
      log: createLog({ logLevel: 'silent' }),
      timing: { lateBindingSeconds: [3], callRecheckSeconds: 10, settleSeconds: 65, clickHoldSeconds: 5 },
      names: {} as EngineDeps['names'],
      linkKeys: [linkKey(Buffer.alloc(32))],
    }
    const jobs = { [RETENTION]: { batchSize: 1, body: z.looseObject({}), run: retention(keepDays) } }
    const worker = createWorker(deps, { jobs, contextOf: contextOf(deps), classify: classifyError })
    await worker.tick()
    await worker.idle()
    await worker.stop()
  }
  const decision = (key: string, days: number) => ({
    portal: 'acme',
    occurrence_key: key,
    kind: 'email-incoming',
    trigger_id: 1,
    trigger_name: 'Mail',
    entity_type_id: 2,
    item_id: 31,
    outcome: 'moved' as const,
    reason: null,
    facts: '{}',
    at: daysAgo(days),
  })
  const occurrence = (key: string, days: number) => ({
    portal: 'acme',
    key,
    kind: 'email-incoming',
    at: daysAgo(days),
    source: 'event' as const,
    facts: '{"activityId":7}',
    origin: '{"activityId":7,"refs":[]}',
    yields_to: null,
    heard_at: daysAgo(days),
    filtered: '["4"]',
  })
  const work = (subject: string, days: number, state: 'done' | 'parked', reason: string) => ({
    portal: 'acme',
    kind: 'notice',
    subject,
    body: '{}',
    due_at: daysAgo(days),
    attempts: 0,
    state,
    reason,
    created_at: daysAgo(days),
    updated_at: daysAgo(days),
  })
  const request = (days: number) => ({
    portal: 'acme',
    at: daysAgo(days),
    user_id: 1,
    methods: 'profile',
    status: 200,
    error: null,
    ms: 5,
  })

  test('the journal goes after its days, filter lists after seven, done work and requests after three; keys stay', async () => {
    await begin({ settings: '{"journalDays":30}' })
    const { db } = database
    await db
      .insertInto('occurrence')
      .values([occurrence('new', 1), occurrence('week', 8), occurrence('old', 31)])
      .execute()
    await db
      .insertInto('decision')
      .values([decision('new', 1), decision('week', 8), decision('old', 31)])
      .execute()
    await db
      .insertInto('work')
      .values([
        work('done', 4, 'done', 'counted'),
        work('parked long ago', 91, 'parked', 'malformed'),
        work('parked', 40, 'parked', 'TypeError'),
        work('fresh', 2, 'done', 'counted'),
      ])
      .execute()
    await db
      .insertInto('rest_log')
      .values([request(4), request(2)])
      .execute()
    await run()
    const decisions = await db.selectFrom('decision').select('occurrence_key').orderBy('id').execute()
    expect(decisions.map(({ occurrence_key }) => occurrence_key)).toEqual(['new', 'week'])
    const occurrences = await db
      .selectFrom('occurrence')
      .select(['key', 'facts', 'filtered'])
      .orderBy('at', 'desc')
      .execute()
    expect(occurrences).toEqual([
      { key: 'new', facts: '{"activityId":7}', filtered: '["4"]' },
      { key: 'week', facts: '{"activityId":7}', filtered: '[]' },
      { key: hashedKey('acme', 'old'), facts: 'null', filtered: '[]' },
    ])
    const left = await db.selectFrom('work').select('subject').where('kind', '=', 'notice').orderBy('id').execute()
    expect(left.map(({ subject }) => subject)).toEqual(['parked', 'fresh'])
    expect(await db.selectFrom('rest_log').select('id').execute()).toHaveLength(1)
  })

  test('of hosts that links lead to the newest thousand stay, however many somebody makes', async () => {
    await begin({})
    const { db } = database
    const hosts = Array.from({ length: 2500 }, (_, index) => ({
      portal: 'acme',
      host: `${index}.example`,
      made: 1,
      last_at: new Date(now.getTime() - index * 1000).toISOString(),
    }))
    for (const some of [hosts.slice(0, 1200), hosts.slice(1200)])
      await db.insertInto('link_host').values(some).execute()
    await run()
    const kept = await db.selectFrom('link_host').select(['host', 'last_at']).orderBy('last_at', 'desc').execute()
    expect([kept.length, kept[0]?.host, kept.at(-1)?.host]).toEqual([1000, '0.example', '999.example'])
  })

  test('nobody’s address is read out of what is forgotten, and it never counts again', async () => {
    await begin({})
    const { db } = database
    const written = ['email-incoming:<1@client.example> kim@client.example', 'chat-message:telegrambot|5|70012|602:77']
    const [mail = '', chat = ''] = written
    const emptied = { ...occurrence(chat, 200), facts: '{}', filtered: '[]', yields_to: mail }
    await db
      .insertInto('occurrence')
      .values([occurrence(mail, 91), emptied, occurrence('email-incoming:new', 1), occurrence('retried', 91)])
      .execute()
    // Whoever tries a move again after all that time needs what it was about.
    await db.insertInto('decision').values(decision('retried', 1)).execute()
    await run()
    await run()
    const rows = await db.selectFrom('occurrence').selectAll().execute()
    for (const word of ['kim@client.example', '70012', '1@client.example']) {
      expect(JSON.stringify(rows)).not.toContain(word)
    }
    expect(rows.map(({ key }) => key).toSorted()).toEqual(
      ['email-incoming:new', 'retried', hashedKey('acme', mail), hashedKey('acme', chat)].toSorted(),
    )
    const asked = [...written, 'email-incoming:new', 'email-incoming:never']
    expect(await findKnownKeys(db, 'acme', asked)).toEqual(new Set([...written, 'email-incoming:new']))
    expect(await findKnownKeys(db, 'other', asked)).toEqual(new Set())
  })

  test('all of it is kept longer where the operator wants it', async () => {
    await begin({})
    const { db } = database
    await db.insertInto('occurrence').values(occurrence('week', 8)).execute()
    await db
      .insertInto('work')
      .values(work('done', 4, 'done', 'counted'))
      .execute()
    await db.insertInto('rest_log').values(request(4)).execute()
    await run({ filtered: 9, jobs: 5, restLog: 5 })
    expect(await db.selectFrom('occurrence').select('filtered').execute()).toEqual([{ filtered: '["4"]' }])
    expect(await db.selectFrom('work').select('id').where('kind', '=', 'notice').execute()).toHaveLength(1)
    expect(await db.selectFrom('rest_log').select('id').execute()).toHaveLength(1)
  })

  test('conversations that rest go after 90 days, messages that events told of after one, the audit after a year', async () => {
    await begin({})
    const { db } = database
    const conversation = (session_id: string, days: number) => ({
      portal: 'acme',
      session_id,
      user_code: 'telegrambot|5|70012|602',
      channel_id: '5',
      seen_at: daysAgo(days),
    })
    await db
      .insertInto('conversation')
      .values([conversation('1', 90), conversation('2', 89)])
      .execute()
    const message = (external_id: string, days: number) => {
      return { portal: 'acme', user_code: 'telegrambot|5|70012|602', external_id, at: daysAgo(days) }
    }
    await db
      .insertInto('heard_message')
      .values([message('1', 1), message('2', 0)])
      .execute()
    const audit = (action: string, days: number) => {
      return { portal: 'acme', at: daysAgo(days), user_id: 1, action, detail: '{}' }
    }
    await db
      .insertInto('audit')
      .values([audit('old', 365), audit('new', 364)])
      .execute()
    await run()
    expect(await db.selectFrom('conversation').select('session_id').execute()).toEqual([{ session_id: '2' }])
    expect(await db.selectFrom('heard_message').select('external_id').execute()).toEqual([{ external_id: '2' }])
    expect(await db.selectFrom('audit').select('action').execute()).toEqual([{ action: 'new' }])
  })

  test('much that is too old goes in parts', async () => {
    await begin({})
    const rows = Array.from({ length: 2500 }, (_, index) => work(`n${index}`, 4, 'done', 'counted'))
    for (let start = 0; start < rows.length; start += 500) {
      await database.db
        .insertInto('work')
        .values(rows.slice(start, start + 500))
        .execute()
    }
    await run()
    const left = await database.db.selectFrom('work').select('kind').execute()
    expect(left).toEqual([{ kind: RETENTION }])
  })

  test('a portal that left is erased after 90 days, and not before', async () => {
    await begin({ status: 'uninstalled', updated_at: daysAgo(89) })
    await run()
    expect(await database.db.selectFrom('portal').select('member_id').execute()).toHaveLength(1)
    await database.db
      .updateTable('portal')
      .set({ updated_at: daysAgo(90) })
      .execute()
    await database.db.deleteFrom('work').execute()
    await run()
    expect(await database.db.selectFrom('portal').select('member_id').execute()).toEqual([])
    expect(await database.db.selectFrom('work').select('id').execute()).toEqual([])
  })
})
