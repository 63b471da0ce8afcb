import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { emptyChatState, recordChannel } from '../../lib/engine/sources/message/chat-state.ts'
import { sealPayload } from '../../lib/jobs/lifecycle/lifecycle-event.ts'
import { openDatabase } from '../../lib/store/database.ts'
import { tablesOfPortal } from '../../lib/store/erasure.ts'
import { listForms, upsertForms } from '../../lib/store/forms.ts'
import { completeJobs, deadLetter, enqueue } from '../../lib/store/jobs.ts'
import { MAX_LEASE_MS } from '../../lib/store/leases.ts'
import { forgetOrphans } from '../../lib/store/retention.ts'
import { createSealer } from '../../lib/store/sealing.ts'
import { engines } from '../lib/store/test-database.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'
import { sendEvent } from '../send-event.ts'
import { clickLink, clicksRecorded, linkTo } from '../tracked-link.ts'
import { messageFields, post } from './attacks.ts'

const KILOBYTE = 1024

describe('our store is filled', () => {
  let rig: Rig
  const log: string[] = []
  beforeAll(async () => {
    rig = await startRig({ env: { LOG_LEVEL: 'warn' }, logTo: { write: (line) => void log.push(line) } })
    await rig.settled()
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    await rig.stagecue.db.deleteFrom('work').execute()
  })

  /** What is kept of the work of all portals but what comes round by itself, in rows and letters. */
  const kept = async () => {
    const { rows } = await sql<{ rows: number; letters: number }>`
      select count(*) as rows, coalesce(sum(length(subject) + length(body)), 0) as letters from work where subject <> 'round'`.execute(
      rig.stagecue.db,
    )
    return rows[0] ?? { rows: 0, letters: 0 }
  }
  const long = (event: string, name: string) =>
    sendEvent(rig, event, { [name]: '7', 'data[NOTE]': 'x'.repeat(900 * KILOBYTE) })

  test('by events of a megabyte: their ids are kept', async () => {
    const answers = [
      await long('ONCRMACTIVITYADD', 'data[FIELDS][ID]'),
      await long('ONCRMDEALUPDATE', 'data[FIELDS][ID]'),
      await long('ONVOXIMPLANTCALLEND', 'data[CALL_ID]'),
      await long('ONAPPUNINSTALL', 'data[CLEAN]'),
      await sendEvent(rig, 'ONOPENLINEMESSAGEADD', messageFields('x'.repeat(900 * KILOBYTE))),
    ]
    expect(answers).toEqual([200, 200, 200, 200, 200])
    expect((await kept()).letters).toBeLessThan(4 * KILOBYTE)
  })

  test('by ids of a kilobyte: none is kept', async () => {
    const id = randomBytes(600).toString('hex')
    for (const [event, name] of [
      ['ONCRMACTIVITYADD', 'data[FIELDS][ID]'],
      ['ONCRMDYNAMICITEMUPDATE', 'data[FIELDS][ENTITY_TYPE_ID]'],
      ['ONVOXIMPLANTCALLEND', 'data[CALL_ID]'],
      ['ONAPPTEST', 'data[QUERY][code]'],
    ] as const) {
      await sendEvent(rig, event, { [name]: id })
    }
    const places = ['connector_id', 'line_id', 'chat_id', 'user_id'].map((part) => `data[DATA][connector][${part}]`)
    for (const place of [...places, 'data[DATA][message][id]'])
      await sendEvent(rig, 'ONOPENLINEMESSAGEADD', { ...messageFields('price'), [place]: id })
    expect((await kept()).letters).toBeLessThan(6 * KILOBYTE)
  })

  test('by the same again and again: one of it waits', async () => {
    await lend('another process')
    for (let times = 0; times < 30; times++) await sendEvent(rig, 'ONCRMACTIVITYADD', { 'data[FIELDS][ID]': '7' })
    expect((await kept()).rows).toBe(1)
    await lend(null)
  })

  test('by tests that nobody waits for, and by types of items that are made again and again', async () => {
    for (let times = 0; times < 20; times++) {
      await sendEvent(rig, 'ONAPPTEST', { 'data[QUERY][code]': randomBytes(16).toString('hex') })
      await sendEvent(rig, 'ONCRMTYPEADD', { 'data[FIELDS][ID]': `${times}` })
    }
    expect((await kept()).rows).toBeLessThan(4)
  })

  test('for ever, by what cannot be read: after 90 days it goes', async () => {
    for (const event of ['ONCRMACTIVITYADD', 'ONVOXIMPLANTCALLEND', 'ONOPENLINEMESSAGEADD'])
      await sendEvent(rig, event, { 'data[X]': '1' })
    await rig.settled()
    const states = await rig.stagecue.db.selectFrom('work').select('state').where('kind', '=', 'notice').execute()
    expect(states.map(({ state }) => state)).toEqual(['parked', 'parked', 'parked'])
    const longAgo = new Date(Date.now() - 91 * 24 * 3_600_000).toISOString()
    await rig.stagecue.db.updateTable('work').set({ due_at: longAgo }).execute()
    const now = rig.stagecue.clock()
    const { memberId: portal } = rig.portal
    await enqueue(rig.stagecue.db, [{ portal, type: 'retention', dedupKey: 'now', dueAt: now }], now)
    rig.stagecue.worker.wake(portal)
    await rig.settled()
    expect(await rig.stagecue.db.selectFrom('work').select('kind').where('kind', '=', 'notice').execute()).toEqual([])
  })

  test('by saving one trigger again and again: its latest versions stay', async () => {
    const { db } = rig.stagecue
    const made = await rig.addTrigger({})
    const { version, ...first } = await db.selectFrom('trigger_version').selectAll().executeTakeFirstOrThrow()
    const later = Array.from({ length: 400 }, (_, index) => ({ ...first, version: version + 1 + index }))
    await db.insertInto('trigger_version').values(later).execute()
    await db.updateTable('trigger').set({ version: 401 }).execute()
    const admin = await rig.as(SEED.users.admin)
    const { status } = await admin('PUT', `/api/triggers/${made.id}`, { ...made, version: 401 })
    expect(status).toBe(200)
    const kept = await db.selectFrom('trigger_version').select('version').orderBy('version').execute()
    expect([kept.length, kept.at(-1)?.version]).toEqual([200, 402])
  })

  describe('by a portal of somebody’s own', () => {
    const { users } = SEED
    const count = async (table: 'access' | 'cursor') =>
      (await rig.stagecue.db.selectFrom(table).select('portal').execute()).length

    test('that names ten thousand people: those go who came longest ago, and who works stays', async () => {
      const { db } = rig.stagecue
      const { memberId } = rig.portal
      await rig.as(users.admin)
      await sql`insert into access (portal, user_id, name, is_admin, access_token, refresh_token, key_id, expires_at, issued_at, state, used_at, refusals, renewed)
        with recursive made (n) as (select 100001 union all select n + 1 from made where n < 110000)
        select portal, n, name, 0, access_token, refresh_token, key_id, expires_at, issued_at, 'live', '2020-01-01T00:00:00.' || n || 'Z', 0, 0
        from access cross join made where user_id = ${users.admin}`.execute(db)
      await rig.as(users.sam)
      expect(await count('access')).toBeLessThanOrEqual(9001)
      const kept = await db
        .selectFrom('access')
        .select('user_id')
        .where('user_id', 'in', [users.admin, users.sam])
        .execute()
      expect(kept).toHaveLength(2)
      expect(log.filter((line) => line.includes('More people than are kept'))).toHaveLength(1)
      await db.deleteFrom('access').where('portal', '=', memberId).where('user_id', '>', 100_000).execute()
    })

    test('that names ten thousand who withdraw: their pages are forgotten', async () => {
      const { db } = rig.stagecue
      await sql`insert into cursor (portal, name, value)
        with recursive made (n) as (select 100001 union all select n + 1 from made where n < 110000)
        select member_id, 'frame-pairs:' || n, '[]' from portal cross join made`.execute(db)
      await rig.as(users.ines)
      expect(await count('cursor')).toBeLessThan(100)
    })

    test('that tells of ever more forms, with names without end: so many are kept', async () => {
      const { db } = rig.stagecue
      const { memberId } = rig.portal
      const forms = (from: number) =>
        Array.from({ length: 900 }, (_, n) => ({ id: `${from + n}`, title: 'x'.repeat(1000) }))
      const isFull = [await upsertForms(db, memberId, forms(0)), await upsertForms(db, memberId, forms(10_000))]
      isFull.push(await upsertForms(db, memberId, [...forms(20_000), { id: 'x'.repeat(1000), title: 'a' }]))
      expect(isFull).toEqual([false, true, false])
      await upsertForms(db, memberId, [{ id: '5', title: 'A known one' }])
      const kept = await listForms(db, memberId)
      expect([kept.length, kept.find(({ id }) => id === '5')?.title]).toEqual([1000, 'A known one'])
      expect(Math.max(...kept.map(({ title }) => title.length))).toBe(255)
    })
  })

  test('by clicks on links of somebody’s own: the newest that are done with stay', async () => {
    const { db } = rig.stagecue
    const at = '2026-01-01T00:00:00.000Z'
    await sql`with recursive made (n) as (select 1 union all select n + 1 from made where n < 12000)
      insert into work (portal, kind, subject, body, due_at, attempts, state, created_at, updated_at)
      select ${rig.portal.memberId}, 'click', cast(n as text), '{}', ${at} || cast(n as text), 0, 'done', ${at}, ${at} from made`.execute(
      db,
    )
    await clickLink(linkTo(rig, { entityTypeId: 2, id: SEED.deals.kim }, 'https://acme.example/'))
    await clicksRecorded(rig, 12_001)
    await rig.settled()
    expect((await kept()).rows).toBeLessThanOrEqual(10_001)
  })

  test('by a portal’s ever more channels: so many are kept', () => {
    const state = emptyChatState()
    for (let channel = 0; channel < 1500; channel++)
      recordChannel(state, { channelId: `${channel}`, source: 'events', heardAt: null })
    recordChannel(state, { channelId: '7', source: 'events', heardAt: null })
    expect([state.changedChannels.size, state.changedChannels.has('7')]).toEqual([1000, true])
  })

  test('by portals that somebody made up: nothing of them stays', async () => {
    for (let number = 0; number < 20; number++) {
      const claim = {
        event: 'ONAPPINSTALL',
        'auth[member_id]': randomBytes(16).toString('hex'),
        'auth[application_token]': 'a',
        'auth[access_token]': randomBytes(900).toString('hex'),
        'auth[refresh_token]': randomBytes(900).toString('hex'),
        'auth[server_endpoint]': 'https://oauth.example/rest/',
      }
      await post(`${rig.url}/events`, new URLSearchParams(claim))
    }
    await rig.settled()
    await forgetOrphans(rig.stagecue.db)
    for (const table of tablesOfPortal) {
      const rows = await rig.stagecue.db.selectFrom(table).select('portal').execute()
      expect(
        rows.filter(({ portal }) => portal !== rig.portal.memberId),
        table,
      ).toEqual([])
    }
  })

  /** Gives the portal to somebody else, so that nothing is done for it here, or back. */
  async function lend(owner: string | null): Promise<void> {
    const until = owner === null ? null : new Date(Date.now() + MAX_LEASE_MS).toISOString()
    await rig.stagecue.db.updateTable('portal').set({ lease_owner: owner, lease_until: until }).execute()
    if (owner === null) rig.stagecue.worker.wake(rig.portal.memberId)
  }
})

describe.each(Object.entries(engines))('tokens stay with work that is done: %s', (_engine, open) => {
  test.each([
    ['it is done', completeJobs],
    ['it waits for a person', deadLetter],
  ])('%s, and they are gone', async (_when, end) => {
    const database = await open()
    const { db } = database
    const now = new Date()
    const sealer = createSealer([{ id: 'k1', key: randomBytes(32) }])
    const sealed = sealPayload(sealer, 'p1', {
      applicationToken: 'a',
      accessToken: 'b',
      expiresIn: 60,
      lang: 'en',
      clean: false,
      heardAt: now.toISOString(),
    })
    const work = (subject: string, body: unknown) => ({
      portal: 'p1',
      type: 'app-installed' as const,
      dedupKey: subject,
      body,
      dueAt: now,
    })
    await enqueue(db, [work('sealed', sealed), work('open', { ts: 1 })], now)
    await end(db, await db.selectFrom('work').select(['id', 'portal']).execute(), 'over', now)
    const bodies = await db.selectFrom('work').select('body').orderBy('id').execute()
    expect(bodies.map(({ body }) => body)).toEqual(['{}', '{"ts":1}'])
    await database.close()
  })
})

test('who else is on the machine reads the database: its files are our own, in a folder that is open to all', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'stagecue-open-'))
  chmodSync(dataDir, 0o755)
  writeFileSync(join(dataDir, 'stagecue.db'), '', { mode: 0o644 })
  const db = await openDatabase({ dataDir })
  await enqueue(db, [{ portal: 'p1', type: 'notice', dedupKey: 's', dueAt: new Date() }], new Date())
  const files = readdirSync(dataDir).filter((file) => file.includes('.db'))
  expect(files).toEqual(expect.arrayContaining(['lock.db', 'stagecue.db', 'stagecue.db-shm', 'stagecue.db-wal']))
  for (const file of files) expect(statSync(join(dataDir, file)).mode & 0o777, file).toBe(0o600)
  await db.destroy()
  rmSync(dataDir, { recursive: true })
})
