import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deadLetter, enqueue } from '../../../lib/store/jobs.ts'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users } = SEED
let rig: Rig
let admin: Api
let sam: Api

beforeAll(async () => {
  rig = await startRig()
  ;[admin, sam] = [await rig.as(users.admin), await rig.as(users.sam)]
  await rig.settled()
})
afterAll(() => rig.stop())

describe('settings', () => {
  it('have defaults, are changed one by one, and take only what they know', async () => {
    const settings = { delegate: false, managers: [], paused: false, journalDays: 90, staleHours: 24 }
    expect((await admin('GET', '/api/settings')).body).toEqual(settings)
    const changed = { managers: [users.sam, users.sam, users.ines], paused: true }
    const expected = { ...settings, managers: [users.sam, users.ines], paused: true }
    expect((await admin('PUT', '/api/settings', changed)).body).toEqual(expected)
    expect((await admin('GET', '/api/settings')).body).toEqual(expected)
    const { body } = await admin('PUT', '/api/settings', { journalDays: 0, managers: ['x'], stray: 1 })
    expect(Object.keys(body.error.fields)).toEqual(['managers.0', 'journalDays', 'stray'])
    for (const staleHours of [0, 169, 1.5, '24']) {
      expect([staleHours, (await admin('PUT', '/api/settings', { staleHours })).status]).toEqual([staleHours, 422])
    }
    for (const staleHours of [1, 168]) {
      expect((await admin('PUT', '/api/settings', { staleHours })).body.staleHours).toBe(staleHours)
    }
    await admin('PUT', '/api/settings', settings)
  })

  it('are for administrators', async () => {
    for (const [method, path] of [
      ['GET', '/api/settings'],
      ['PUT', '/api/settings'],
      ['GET', '/api/audit'],
      ['GET', '/api/work?state=parked'],
      ['POST', '/api/work/1/retry'],
    ] as const) {
      const { status, body } = await sam(method, path, method === 'GET' ? undefined : {})
      expect([path, status, body.error.code]).toEqual([path, 403, 'forbidden'])
    }
  })

  it('name managers, who lose the right as soon as they are no longer named', async () => {
    expect((await sam('GET', '/api/users')).status).toBe(403)
    await admin('PUT', '/api/settings', { managers: [users.sam] })
    expect((await sam('GET', '/api/users')).status).toBe(200)
    await admin('PUT', '/api/settings', { managers: [] })
    expect((await sam('GET', '/api/users')).status).toBe(403)
  })
})

describe('the audit', () => {
  it('says who changed what, newest first, page by page', async () => {
    await admin('PUT', '/api/settings', { paused: true })
    await admin('PUT', '/api/settings', { paused: false })
    const { entries, next } = (await admin('GET', '/api/audit?limit=1')).body
    expect(entries[0]).toMatchObject({
      action: 'settings-changed',
      userId: users.admin,
      detail: { before: { paused: true }, after: { paused: false } },
    })
    const second = (await admin('GET', `/api/audit?limit=1&cursor=${next}`)).body
    expect(second.entries[0].detail.after.paused).toBe(true)
    expect(second.entries[0].id).not.toBe(entries[0].id)
  })
})

describe('parked work', () => {
  it('is listed and retried by hand', async () => {
    const { db } = rig.stagecue
    const portal = rig.portal.memberId
    const now = new Date()
    const body = { event: 'ONCRMACTIVITYADD', data: { FIELDS: { ID: '999999' } }, ts: null }
    const later = new Date(now.getTime() + 60_000)
    await enqueue(db, [{ portal, type: 'notice', dedupKey: 'ONCRMACTIVITYADD:999999', body, dueAt: later }], now)
    const ofIt = db.selectFrom('work').select(['id', 'portal']).where('subject', '=', 'ONCRMACTIVITYADD:999999')
    const rows = await ofIt.execute()
    await deadLetter(db, rows, 'odd', now)
    const { entries, next } = (await admin('GET', '/api/work?state=parked')).body
    expect(next).toBeNull()
    expect(entries).toEqual([
      {
        id: String(rows[0]?.id),
        kind: 'notice',
        subject: 'ONCRMACTIVITYADD:999999',
        state: 'parked',
        reason: 'odd',
        attempts: 0,
        createdAt: now.toISOString(),
        updatedAt: now.toISOString(),
      },
    ])
    const retry = () => admin('POST', `/api/work/${entries[0].id}/retry`)
    expect(await retry()).toEqual({ status: 200, body: { id: entries[0].id, state: 'due' } })
    await rig.settled()
    expect((await retry()).status).toBe(404)
    expect((await admin('GET', '/api/work?state=parked')).body.entries).toEqual([])
    expect((await admin('GET', '/api/work')).status).toBe(422)
    expect((await admin('GET', '/api/work?state=due')).status).toBe(422)
  })
})
