import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAccess } from '../../../lib/store/access.ts'
import { findPortal } from '../../../lib/store/portals.ts'
import { listTriggers } from '../../../lib/store/triggers.ts'
import { SEED } from '../../portal/index.ts'
import { onlyAt } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { sendEvent } from '../../send-event.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  await rig.settled()
})
afterEach(() => rig.stop())

const portal = () => findPortal(rig.stagecue.db, rig.portal.memberId)
const reasons = async (kind: string) => {
  const rows = await rig.stagecue.db.selectFrom('work').select('reason').where('kind', '=', kind).execute()
  return rows.map(({ reason }) => reason)
}

describe('ONAPPINSTALL', () => {
  it('of the real portal is proven', async () => {
    expect(await reasons('app-installed')).toEqual(['proven'])
  })

  it('brings the first token of a portal that was known by its frame only', async () => {
    const { memberId } = rig.portal
    await rig.stagecue.db.updateTable('portal').set({ application_token: null }).execute()
    const frame = rig.portal.openApp(SEED.users.admin)
    const status = await sendEvent(rig, 'ONAPPINSTALL', {
      'auth[access_token]': String(frame.body.AUTH_ID),
      'auth[refresh_token]': String(frame.body.REFRESH_ID),
      'auth[server_endpoint]': String(frame.body.SERVER_ENDPOINT),
    })
    expect(status).toBe(200)
    await rig.settled()
    expect((await findPortal(rig.stagecue.db, memberId))?.applicationToken).toBe(rig.portal.applicationToken)
  })

  it('brings nothing when its token is not an administrator’s', async () => {
    const frame = rig.portal.openApp(SEED.users.sam)
    await sendEvent(rig, 'ONAPPINSTALL', {
      'auth[application_token]': 'chosen by an employee',
      'auth[access_token]': String(frame.body.AUTH_ID),
      'auth[refresh_token]': String(frame.body.REFRESH_ID),
    })
    await rig.settled()
    expect(await reasons('app-installed')).toContain('no-administrator')
    expect((await portal())?.applicationToken).toBe(rig.portal.applicationToken)
  })

  it('makes an unknown portal known through the OAuth server, without an installer page', async () => {
    const other = await rig.emulator.addPortal({ eventDelayMs: [0, 20], eventHandlerUrl: `${rig.url}/events` })
    other.beginInstall()
    other.finishInstall()
    await other.idle()
    await rig.settled()
    expect(await findPortal(rig.stagecue.db, other.memberId)).toMatchObject({
      status: 'known',
      endpoint: `${other.url}/rest/`,
      applicationToken: other.applicationToken,
    })
    expect(await listAccess(rig.stagecue.db, other.memberId)).toMatchObject([{ userId: SEED.users.admin, admin: true }])
  })

  it('goes on where it broke off when the portal cannot be asked: the refresh token that it brought is used up', async () => {
    const other = await rig.emulator.addPortal({ eventDelayMs: [0, 20], eventHandlerUrl: `${rig.url}/events` })
    other.faults.next({ kind: 'reset', times: 1 })
    other.beginInstall()
    other.finishInstall()
    await other.idle()
    await rig.settled()
    expect(other.faults.waiting).toEqual([])
    expect(await reasons('app-installed')).not.toContain('not-proven:refused')
    expect(await findPortal(rig.stagecue.db, other.memberId)).toMatchObject({
      status: 'known',
      applicationToken: other.applicationToken,
    })
  })

  it('waits while the OAuth server is down', async () => {
    const other = await rig.emulator.addPortal({ eventDelayMs: [0, 20], eventHandlerUrl: `${rig.url}/events` })
    rig.emulator.oauthFaults.next({ kind: 'reset', times: 1 })
    other.beginInstall()
    other.finishInstall()
    await other.idle()
    await rig.settled()
    expect((await findPortal(rig.stagecue.db, other.memberId))?.status).toBe('known')
  })
})

describe('ONAPPUPDATE', onlyAt({ appUpdateEvent: 'sent' }), () => {
  it('brings a new application token, and makes us look after the subscriptions', async () => {
    const before = rig.portal.applicationToken
    rig.portal.act.updateApp()
    rig.portal.world.bindings = []
    await rig.settled()
    expect(rig.portal.applicationToken).not.toBe(before)
    expect((await portal())?.applicationToken).toBe(rig.portal.applicationToken)
    expect(rig.portal.world.bindings.map(({ event }) => event)).toEqual(expect.arrayContaining(['ONCRMACTIVITYADD']))
    expect(await sendEvent(rig, 'ONCRMACTIVITYADD', { 'data[FIELDS][ID]': '1' })).toBe(200)
  })

  it('with another token and nothing to prove it changes nothing', async () => {
    expect(await sendEvent(rig, 'ONAPPUPDATE', { 'auth[application_token]': 'forged' })).toBe(200)
    await rig.settled()
    expect(await reasons('app-updated')).toEqual(['not-proven:no-tokens'])
    expect((await portal())?.applicationToken).toBe(rig.portal.applicationToken)
  })
})

describe('ONAPPUNINSTALL', () => {
  it('takes effect when the portal refuses our access: tokens go, triggers stay', async () => {
    await rig.addTrigger({})
    rig.portal.act.uninstallApp()
    await rig.settled()
    expect(await portal()).toMatchObject({ status: 'uninstalled', applicationToken: null })
    expect(await listAccess(rig.stagecue.db, rig.portal.memberId)).toEqual([])
    expect(await listTriggers(rig.stagecue.db, rig.portal.memberId)).toHaveLength(1)
    expect(await sendEvent(rig, 'ONCRMACTIVITYADD', { 'data[FIELDS][ID]': '1' })).toBe(403)
  })

  it('with CLEAN erases every row of the portal', async () => {
    await rig.addTrigger({})
    rig.portal.act.uninstallApp(1)
    await expect.poll(portal).toBeNull()
    expect(await listTriggers(rig.stagecue.db, rig.portal.memberId)).toEqual([])
    expect(await rig.stagecue.db.selectFrom('work').selectAll().execute()).toEqual([])
  })

  it('is ignored while the portal still answers: anybody may have sent it', async () => {
    expect(await sendEvent(rig, 'ONAPPUNINSTALL', { 'data[CLEAN]': '1' })).toBe(200)
    await rig.settled()
    expect(await portal()).toMatchObject({ status: 'installed' })
    expect(await reasons('app-uninstalled')).toEqual(['still-installed'])
  })

  it('is asked again later while the portal is silent', async () => {
    rig.portal.faults.down = true
    await sendEvent(rig, 'ONAPPUNINSTALL', {})
    await expect.poll(() => reasons('app-uninstalled')).toEqual(['portal-silent'])
    expect((await portal())?.status).toBe('installed')
    rig.portal.faults.down = false
    await rig.stagecue.db
      .updateTable('work')
      .set({ due_at: new Date().toISOString() })
      .where('state', '=', 'due')
      .execute()
    await rig.settled()
    expect(await reasons('app-uninstalled')).toEqual(['still-installed'])
  })

  it('and a new installation bring the triggers back to work', async () => {
    await rig.addTrigger({})
    rig.portal.act.uninstallApp()
    await rig.settled()
    rig.portal.beginInstall()
    const admin = await rig.as(SEED.users.admin)
    expect((await admin('POST', '/api/install', { delegate: false })).body.ready).toBe(true)
    rig.portal.finishInstall()
    await rig.settled()
    expect(await portal()).toMatchObject({ status: 'installed', applicationToken: rig.portal.applicationToken })
    expect((await admin('GET', '/api/triggers')).body).toHaveLength(1)
  })
})
