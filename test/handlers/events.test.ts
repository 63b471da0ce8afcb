import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MAX_LEASE_MS } from '../../lib/store/leases.ts'
import { type Rig, startRig } from '../rig.ts'
import { send } from './send.ts'

let rig: Rig

beforeAll(async () => {
  rig = await startRig()
  await rig.settled()
})
afterAll(() => rig.stop())
beforeEach(async () => {
  await rig.stagecue.db.deleteFrom('work').execute()
})

/** A form as the portal sends it. */
function form(event: string, data: Record<string, string>, auth: Record<string, string | undefined> = {}): string {
  const all = { member_id: rig.portal.memberId, application_token: rig.portal.applicationToken, ...auth }
  const pairs = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return new URLSearchParams([
    ['event', event],
    ...Object.entries(data).map(([name, value]): [string, string] => [`data${name}`, value]),
    ['ts', '1788000456'],
    ...pairs.map(([name, value]): [string, string] => [`auth[${name}]`, value]),
  ]).toString()
}

async function post(body: string, type = 'application/x-www-form-urlencoded') {
  const answer = await send(`${rig.url}/events`, { method: 'POST', headers: { 'content-type': type }, body })
  return { status: answer.status, body: answer.body }
}

/** Gives the portal to somebody else, so that nothing is done for it here, or back. */
async function lend(owner: string | null): Promise<void> {
  const until = owner === null ? null : new Date(Date.now() + MAX_LEASE_MS).toISOString()
  await rig.stagecue.db.updateTable('portal').set({ lease_owner: owner, lease_until: until }).execute()
}

/** Work, without what comes round by itself. */
const rows = () =>
  rig.stagecue.db.selectFrom('work').selectAll().where('subject', '<>', 'round').orderBy('id').execute()

describe('POST /events', () => {
  it('answers 200 after a notice is committed, and keeps neither token nor auth block', async () => {
    const answer = await post(form('onCrmActivityAdd', { '[FIELDS][ID]': '999999' }, { access_token: 'canary-token' }))
    expect(answer).toEqual({ status: 200, body: { ok: true } })
    const [row] = await rows()
    expect(row).toMatchObject({ kind: 'notice', portal: rig.portal.memberId, subject: 'ONCRMACTIVITYADD:999999' })
    expect(JSON.parse(row?.body ?? '')).toEqual({
      event: 'ONCRMACTIVITYADD',
      data: { FIELDS: { ID: '999999' } },
      ts: 1_788_000_456,
    })
    expect(JSON.stringify(await rows())).not.toContain('canary-token')
  })

  it('keeps one notice of what comes again before it was looked into', async () => {
    const body = form('ONCRMACTIVITYUPDATE', { '[FIELDS][ID]': '999999' })
    // Nobody works on it meanwhile.
    await lend('another process')
    await post(body)
    await post(body)
    await lend(null)
    expect(await rows()).toHaveLength(1)
  })

  it('answers 200 to events we have no use for, and stores nothing', async () => {
    expect((await post(form('ONCRMCONTACTADD', { '[FIELDS][ID]': '1' }))).status).toBe(200)
    expect(await rows()).toEqual([])
  })

  it('answers 403 to unknown portals and wrong tokens, and stores nothing', async () => {
    const data = { '[FIELDS][ID]': '1' }
    const wrong = [
      { application_token: 'wrong' },
      { application_token: '' },
      { application_token: undefined },
      { member_id: 'f'.repeat(32) },
    ]
    for (const auth of wrong) {
      expect(await post(form('ONCRMACTIVITYADD', data, auth))).toEqual({ status: 403, body: { ok: false } })
    }
    expect((await post(form('ONAPPUNINSTALL', {}, { application_token: 'wrong' }))).status).toBe(403)
    expect(await rows()).toEqual([])
  })

  it('answers 400 to what is empty or no event', async () => {
    for (const body of [
      '',
      'hello',
      'event=',
      'event[]=A&auth[member_id]=1',
      '{"event":"A"}',
      'event=ONCRMACTIVITYADD',
    ]) {
      expect((await post(body)).status, body).toBe(400)
    }
    expect((await post(form('ONCRMACTIVITYADD', {}, { member_id: "1' OR '1" }))).status).toBe(400)
    expect((await post('\u0000\u0001=%FF%FE&%E0%A4%A', 'text/plain; charset=nonsense')).status).toBe(400)
    const gzip = await fetch(`${rig.url}/events`, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
      body: 'no',
    })
    expect(gzip.status).toBe(415)
  })

  it('answers 413 to more than a megabyte, and reads just under it', async () => {
    const big = (size: number) => form('ONCRMACTIVITYADD', { '[FIELDS][ID]': '1', '[X]': 'x'.repeat(size) })
    expect((await post(big(1024 * 1024))).status).toBe(413)
    expect((await post(big(1024 * 1024 - 500))).status).toBe(200)
  })

  it('keeps the ids that the engine reads, of however many parameters and however deep', async () => {
    const rest = Object.fromEntries(
      Array.from({ length: 4900 }, (_, n) => [`[DATA][0][message][files][${n}][name]`, 'f']),
    )
    const deep = { '[A][B][C][D][E][F][G]': 'deep', '[FIELDS][ID]': '7', '[FIELDS][NOTE]': 'call Kim', ...rest }
    expect((await post(form('ONCRMDYNAMICITEMUPDATE', { ...deep, '[FIELDS][ENTITY_TYPE_ID]': '177' }))).status).toBe(
      200,
    )
    const call = {
      CALL_ID: '5F0A.1788000500.881',
      CALL_TYPE: '2',
      CALL_FAILED_CODE: '304',
      CALL_DURATION: '0',
      CRM_ACTIVITY_ID: '9',
    }
    const told = {
      ...call,
      PHONE_NUMBER: '+4930555012',
      PORTAL_USER_ID: '15',
      COST: '1.5',
      CALL_FAILED_REASON: 'Skipped',
    }
    const named = Object.fromEntries(Object.entries(told).map(([name, value]) => [`[${name}]`, value]))
    expect((await post(form('ONVOXIMPLANTCALLEND', named))).status).toBe(200)
    expect((await rows()).map(({ subject, body }) => [subject, JSON.parse(body).data])).toEqual([
      ['ONCRMDYNAMICITEMUPDATE:177:7', { FIELDS: { ID: '7', ENTITY_TYPE_ID: '177' } }],
      ['ONVOXIMPLANTCALLEND:5F0A.1788000500.881', call],
    ])
  })

  it('keeps no id that cannot be one', async () => {
    for (const id of ["1' OR '1", '7\0', 'x'.repeat(65), 'a b', 'é', ''])
      expect((await post(form('ONCRMACTIVITYADD', { '[FIELDS][ID]': id }))).status, id).toBe(200)
    for (const { body } of await rows()) expect(JSON.parse(body).data.FIELDS.ID ?? '7').toBe('7')
  })

  it('keeps fifty messages of an event, and of a long id its fingerprint', async () => {
    const connector = { connector_id: 'telegrambot', line_id: '5', chat_id: '70012', user_id: '602' }
    const messages = Array.from({ length: 400 }, (_, n) => {
      const message = { id: n === 0 ? 'x'.repeat(255) : `${n}`, user_id: '602', text: 'price' }
      const parts = Object.entries({ connector, message }).flatMap(([part, fields]) =>
        Object.entries(fields).map(([field, value]) => [`[DATA][${n}][${part}][${field}]`, value]),
      )
      return Object.fromEntries(parts)
    })
    expect((await post(form('ONOPENLINEMESSAGEADD', Object.assign({}, ...messages)))).status).toBe(200)
    const subjects = (await rows()).map(({ subject }) => subject)
    expect(subjects).toHaveLength(50)
    expect(subjects[0]).toMatch(/^ONOPENLINEMESSAGEADD:telegrambot\|5\|70012\|602:[0-9a-f]{64}$/)
    expect(subjects[49]).toBe('ONOPENLINEMESSAGEADD:telegrambot|5|70012|602:49')
  })

  it('takes no harm from __proto__', async () => {
    const data = { '[FIELDS][ID]': '7', '[__proto__][polluted]': 'yes', '[constructor][prototype][polluted]': 'yes' }
    expect((await post(form('ONCRMACTIVITYADD', data))).status).toBe(200)
    expect(({} as { polluted?: string }).polluted).toBeUndefined()
    expect((await rows())[0]?.body).not.toContain('__proto__')
  })

  it('stores nothing of what a customer writes: the notice says where the conversation is', async () => {
    const data = {
      '[DATA][connector][connector_id]': 'telegrambot',
      '[DATA][connector][line_id]': '5',
      '[DATA][connector][chat_id]': '70012',
      '[DATA][connector][user_id]': '602',
      '[DATA][message][id]': '45011',
      '[DATA][message][user_id]': '602',
      '[DATA][message][text]': 'my secret wish',
    }
    await post(form('ONOPENLINEMESSAGEADD', data))
    const [row] = await rows()
    expect(row?.subject).toBe('ONOPENLINEMESSAGEADD:telegrambot|5|70012|602:45011')
    expect(JSON.stringify(row)).not.toContain('secret')
  })

  it('answers 503 while the store is down, never a false 200', async () => {
    const { db } = rig.stagecue
    await db.schema.alterTable('work').renameTo('work_away').execute()
    try {
      expect(await post(form('ONCRMACTIVITYADD', { '[FIELDS][ID]': '1' }))).toEqual({
        status: 503,
        body: { ok: false },
      })
    } finally {
      await db.schema.alterTable('work_away').renameTo('work').execute()
    }
    expect((await post(form('ONCRMACTIVITYADD', { '[FIELDS][ID]': '1' }))).status).toBe(200)
  })

  it('answers other methods and codes of delegation with 404', async () => {
    for (const [method, path] of [
      ['GET', '/events'],
      ['POST', '/events/access/abc'],
      ['GET', '/events/access/abc'],
    ]) {
      expect((await fetch(rig.url + path, { method: method as string })).status, path).toBe(404)
    }
  })
})

const unknown = () => randomBytes(16).toString('hex')

describe('lifecycle events', () => {
  const stranger = {
    application_token: 'a',
    access_token: 'canary-at',
    refresh_token: 'canary-rt',
  }

  it('that prove nothing call no portal and leave nothing behind', async () => {
    const before = rig.portal.requests.length
    const claim = {
      ...stranger,
      member_id: randomBytes(16).toString('hex'),
      server_endpoint: 'http://127.0.0.1:9/rest/',
    }
    expect((await post(form('ONAPPUPDATE', {}, claim))).status).toBe(200)
    await rig.settled()
    expect(await rows()).toEqual([])
    expect(rig.portal.requests.length).toBe(before)
    const { db } = rig.stagecue
    expect(await db.selectFrom('portal').selectAll().where('member_id', '=', claim.member_id).execute()).toEqual([])
  })

  it('of unknown portals are kept five times a minute for each address, sealed', async () => {
    const claim = () => form('ONAPPINSTALL', { '[LANGUAGE_ID]': 'de' }, { ...stranger, member_id: unknown() })
    // One was posted before.
    for (let n = 0; n < 3; n++) expect((await post(claim())).status).toBe(200)
    expect(JSON.stringify(await rows())).not.toMatch(/canary/)
    expect((await post(claim())).status).toBe(200)
    expect((await post(claim())).status).toBe(429)
  })
})
