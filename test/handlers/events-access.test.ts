import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findAccess } from '../../lib/store/access.ts'
import { findDelegation } from '../../lib/store/delegations.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'

const { users, deals } = SEED

let rig: Rig
let log: string[]
beforeEach(async () => {
  log = []
  rig = await startRig({ logTo: { write: (line) => void log.push(line) } })
  const admin = await rig.as(users.admin)
  await admin('PUT', '/api/settings', { delegate: true })
  await rig.addTrigger({ kind: 'email-incoming' })
})
afterEach(() => rig.stop())

/** Lets the portal be asked for Sam's access without ever sending the event. Returns the code it was asked with. */
async function asked(): Promise<string> {
  rig.portal.faults.next({ method: 'event.test', kind: 'reset', when: 'before' })
  rig.portal.act.receiveMail()
  for (;;) {
    const row = await findDelegation(rig.stagecue.db, rig.portal.memberId)
    if (row && rig.portal.faults.waiting.length === 0) return JSON.parse(row.body).code
    await sleep(10)
  }
}

/** Posts the event of a delegation as the portal would, unless fields say otherwise; returns the status. */
async function post(code: string, accessToken: string, fields: Record<string, string> = {}): Promise<number> {
  const body = new URLSearchParams({
    event: 'ONAPPTEST',
    'auth[member_id]': rig.portal.memberId,
    'auth[application_token]': rig.portal.applicationToken,
    'auth[access_token]': accessToken,
    'auth[expires_in]': '3600',
    ...fields,
  })
  const response = await fetch(`${rig.url}/events/access/${code}`, { method: 'POST', body })
  await response.arrayBuffer()
  return response.status
}

const tokenOf = (userId: number, portal = rig.portal) => portal.openApp(userId).body.AUTH_ID
const samsAccess = () => findAccess(rig.stagecue.db, rig.portal.memberId, users.sam)
const byInstaller = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.admin} for ${users.sam}`

describe('the event of a delegation', () => {
  it('is taken once', async () => {
    const code = await asked()
    const token = tokenOf(users.sam)
    expect(await post(code, token, { 'auth[refresh_token]': 'never kept' })).toBe(200)
    expect(await post(code, token)).toBe(404)
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
    expect((await samsAccess())?.sealed.refreshToken).toBeNull()
    expect(await post(code, token)).toBe(404)
  })

  it('with a wrong code, from another portal, with another token, or of another kind is none', async () => {
    const code = await asked()
    const token = tokenOf(users.sam)
    const other = await rig.emulator.addPortal()
    expect(await post('', token)).toBe(404)
    expect(await post('x'.repeat(32), token)).toBe(404)
    expect(await post(`${code}x`, token)).toBe(404)
    expect(await post(code, token, { 'auth[member_id]': other.memberId })).toBe(404)
    expect(await post(code, token, { 'auth[application_token]': 'f'.repeat(32) })).toBe(404)
    expect(await post(code, token, { event: 'ONCRMACTIVITYADD' })).toBe(404)
    expect((await fetch(`${rig.url}/events/access/${code}`)).status).toBe(404)
    expect((await fetch(`${rig.url}/events/access/${code}`, { method: 'POST', body: '{' })).status).toBe(404)
    expect(await samsAccess()).toBeNull()
    // None of these used the code up.
    expect(await post(code, token)).toBe(200)
  })

  it('that comes when nobody asked, or too late, is none', async () => {
    const token = tokenOf(users.sam)
    expect(await post('x'.repeat(32), token)).toBe(404)
    const code = await asked()
    const body = JSON.stringify({ code, until: new Date(Date.now() - 1).toISOString() })
    await rig.stagecue.db.updateTable('work').set({ body }).where('kind', '=', 'delegate').execute()
    expect(await post(code, token)).toBe(404)
    expect(await samsAccess()).toBeNull()
  })

  it.each([
    ['another user', () => tokenOf(users.ines), 'other-user'],
    ['the administrator', () => tokenOf(users.admin), 'other-user'],
    ['nobody', () => 'f'.repeat(70), 'refused'],
  ])('with a token of %s does not count: nothing is stored, the installer moves', async (_, token, outcome) => {
    const code = await asked()
    const given = token()
    expect(await post(code, given)).toBe(200)
    await rig.settled()
    expect(await rig.story()).toEqual([byInstaller])
    expect(await samsAccess()).toBeNull()
    expect(await findAccess(rig.stagecue.db, rig.portal.memberId, users.ines)).toBeNull()
    const rows = await rig.stagecue.db.selectFrom('work').selectAll().where('kind', '=', 'delegate').execute()
    expect(rows).toMatchObject([{ state: 'done', reason: outcome, body: '{}' }])
    expect(log.join()).not.toContain(given)
  })

  it('with a token of the same person in another portal does not count', async () => {
    const other = await rig.emulator.addPortal({ appUrl: rig.url })
    other.beginInstall()
    const code = await asked()
    expect(await post(code, tokenOf(users.sam, other))).toBe(200)
    await rig.settled()
    expect(await rig.story()).toEqual([byInstaller])
    expect(await samsAccess()).toBeNull()
    expect(other.requests).toEqual([])
  })

  it('with a token that the portal answers for another application does not count', async () => {
    const code = await asked()
    await rig.stagecue.db.updateTable('portal').set({ app_code: 'another.app' }).execute()
    expect(await post(code, tokenOf(users.sam))).toBe(200)
    await rig.settled()
    expect(await rig.story()).toEqual([byInstaller])
    expect(await samsAccess()).toBeNull()
  })

  it('lies sealed until it is proven', async () => {
    const code = await asked()
    const token = tokenOf(users.sam)
    rig.portal.faults.down = true
    expect(await post(code, token)).toBe(200)
    const { body } = (await findDelegation(rig.stagecue.db, rig.portal.memberId)) ?? expect.fail()
    expect(Object.keys(JSON.parse(body))).toEqual(['keyId', 'box'])
    expect(body).not.toContain(token)
    rig.portal.faults.down = false
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
  })

  it('is answered 503 while the store is down', async () => {
    const code = await asked()
    const token = tokenOf(users.sam)
    await rig.stagecue.worker.stop()
    await rig.stagecue.db.destroy()
    expect(await post(code, token)).toBe(503)
  })
})
