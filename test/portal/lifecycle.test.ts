import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Emulator, type Portal, SEED, startEmulator } from './index.ts'
import { call, type Inbox, json, result, startInbox } from './testing.ts'

let emulator: Emulator
let portal: Portal
let inbox: Inbox
beforeEach(async () => {
  emulator = await startEmulator()
  portal = await emulator.addPortal({ eventDelayMs: [0, 0], limits: { enabled: false } })
  inbox = await startInbox()
})
afterEach(async () => {
  inbox.close()
  await emulator.stop()
})

const bind = (auth: string, event: string) => result(portal, auth, 'event.bind', { event, handler: inbox.url })
const arrived = async () => {
  await portal.idle()
  return inbox.events.map(({ event }) => event)
}

describe('while the app is being installed', () => {
  test('the frame gets the administrator’s tokens and the parameters of section 1.3', async () => {
    const { query, body } = portal.beginInstall()
    expect(query).toEqual({
      DOMAIN: portal.domain,
      PROTOCOL: '0',
      LANG: 'en',
      APP_SID: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect(body).toEqual({
      AUTH_ID: expect.any(String),
      AUTH_EXPIRES: '3600',
      REFRESH_ID: expect.any(String),
      SERVER_ENDPOINT: `${emulator.oauthUrl}/rest/`,
      APPLICATION_TOKEN: portal.applicationToken,
      APPLICATION_SCOPE: expect.stringContaining('crm'),
      member_id: portal.memberId,
      status: 'F',
      PLACEMENT: 'DEFAULT',
    })
    expect((await result(portal, body.AUTH_ID, 'profile')).ADMIN).toBe(true)
    expect((await result(portal, body.AUTH_ID, 'app.info')).INSTALLED).toBe(false)
  })

  test('older portals send fewer parameters, by the switch', () => {
    portal.switches.frameParams2026 = 'no'
    expect(Object.keys(portal.beginInstall().body)).not.toContain('SERVER_ENDPOINT')
  })

  test('handlers get nothing although binding succeeded, and die of what happens', async () => {
    const auth = portal.beginInstall().body.AUTH_ID
    for (const event of ['ONCRMACTIVITYADD', 'ONCRMACTIVITYUPDATE', 'ONAPPINSTALL']) await bind(auth, event)
    const { activityId } = portal.act.sendMail({ updates: 0 })
    expect(await arrived()).toEqual([])
    portal.finishInstall()
    expect(await arrived()).toEqual(['ONAPPINSTALL'])
    expect(inbox.events[0]?.auth).toMatchObject({
      refresh_token: expect.any(String),
      user_id: '1',
      application_token: portal.applicationToken,
    })
    portal.act.sendMail({ updates: 0 })
    portal.act.touchActivity(activityId)
    expect(await arrived()).toEqual(['ONAPPINSTALL', 'ONCRMACTIVITYUPDATE'])
  })

  test('ONAPPINSTALL also goes to the address in the version card', async () => {
    const other = await emulator.addPortal({ eventDelayMs: [0, 0], eventHandlerUrl: inbox.url })
    other.beginInstall()
    other.finishInstall()
    await other.idle()
    expect(inbox.events[0]).toMatchObject({ event: 'ONAPPINSTALL', data: { VERSION: '1', INSTALLED: 'Y' } })
  })
})

describe('after installing', () => {
  let admin = ''
  beforeEach(async () => {
    admin = portal.beginInstall().body.AUTH_ID
    for (const event of ['ONCRMACTIVITYADD', 'ONAPPUPDATE', 'ONAPPUNINSTALL']) await bind(admin, event)
    portal.finishInstall()
  })

  test('a user opens a widget', () => {
    const { body } = portal.openApp(SEED.users.sam, {
      placement: 'CRM_DEAL_DETAIL_TAB',
      placementOptions: { ID: '31' },
    })
    expect([body.PLACEMENT, body.PLACEMENT_OPTIONS]).toEqual(['CRM_DEAL_DETAIL_TAB', '{"ID":"31"}'])
  })

  test('a new version keeps the handlers and tells a new application_token', async () => {
    const before = portal.applicationToken
    portal.act.updateApp()
    expect(await arrived()).toEqual(['ONAPPUPDATE'])
    expect(inbox.events[0]).toMatchObject({
      data: { VERSION: '2', PREVIOUS_VERSION: '1' },
      auth: { application_token: portal.applicationToken, refresh_token: expect.any(String) },
    })
    expect(portal.applicationToken).not.toBe(before)
    expect(await result(portal, admin, 'event.get')).toHaveLength(3)
    portal.act.sendMail()
    expect(await arrived()).toEqual(['ONAPPUPDATE', 'ONCRMACTIVITYADD'])
  })

  test('a new version comes in silence, by the switch', async () => {
    portal.switches.appUpdateEvent = 'none'
    portal.act.updateApp()
    expect(await arrived()).toEqual([])
    expect(await result(portal, admin, 'app.info')).toMatchObject({ VERSION: 2, INSTALLED: true })
  })

  test('a new version with an installer must be finished again, and reaches nobody before', async () => {
    portal.act.updateApp({ reinstall: true })
    expect(await result(portal, admin, 'app.info')).toMatchObject({ VERSION: 2, INSTALLED: false })
    portal.act.sendMail()
    expect(await arrived()).toEqual([])
    portal.finishInstall()
    portal.act.sendMail()
    expect(await arrived()).toEqual([])
    await result(portal, admin, 'event.unbind', { event: 'ONCRMACTIVITYADD', handler: inbox.url })
    await bind(admin, 'ONCRMACTIVITYADD')
    portal.act.sendMail()
    expect(await arrived()).toEqual(['ONCRMACTIVITYADD'])
  })

  test('a new version with an installer that was finished before anything happened leaves all alive', async () => {
    portal.act.updateApp({ reinstall: true })
    portal.finishInstall()
    portal.act.sendMail()
    expect(await arrived()).toEqual(['ONCRMACTIVITYADD'])
  })

  test('a new version deletes the automation rules, unless the switch says otherwise', async () => {
    const rule = { CODE: 'link', HANDLER: inbox.url, NAME: 'Link' }
    await result(portal, admin, 'bizproc.robot.add', rule)
    portal.act.updateApp()
    expect(await result(portal, admin, 'bizproc.robot.list')).toEqual([])
    portal.switches.robotsDroppedOnUpdate = 'no'
    await result(portal, admin, 'bizproc.robot.add', rule)
    portal.act.updateApp()
    expect(await result(portal, admin, 'bizproc.robot.list')).toEqual(['link'])
  })

  test('the end of what was paid for is told, and the end of that', async () => {
    await bind(admin, 'ONAPPPAYMENT')
    portal.act.expirePayment(true)
    portal.act.sendMail()
    portal.act.expirePayment(false)
    expect(await arrived()).toEqual(['ONAPPPAYMENT', 'ONAPPPAYMENT'])
    expect(inbox.events.map(({ data }) => data.PAYMENT_EXPIRED).sort()).toEqual(['N', 'Y'])
  })

  test.each([0, 1] as const)(
    'uninstalling with CLEAN=%i takes tokens, handlers and widgets, then tells',
    async (clean) => {
      await result(portal, admin, 'placement.bind', { PLACEMENT: 'LEFT_MENU', HANDLER: inbox.url })
      await result(portal, admin, 'app.option.set', { options: { a: 1 } })
      portal.act.uninstallApp(clean)
      portal.act.sendMail()
      expect(await arrived()).toEqual(['ONAPPUNINSTALL'])
      expect(inbox.events[0]?.data).toMatchObject({ CLEAN: String(clean) })
      expect(Object.keys(inbox.events[0]?.auth ?? {})).not.toContain('access_token')
      expect(portal.tokensOf(SEED.users.admin)).toEqual([])
      expect([portal.world.bindings, portal.world.placements]).toEqual([[], []])
      expect(portal.world.appOptions).toEqual(clean ? {} : { a: 1 })
      const { status, body } = await call(portal, admin, 'profile')
      expect([status, body.error]).toEqual([401, 'APPLICATION_NOT_FOUND'])
    },
  )

  test('it can be installed again, with another application_token', () => {
    const before = portal.applicationToken
    portal.act.uninstallApp()
    portal.beginInstall()
    portal.finishInstall()
    expect(portal.applicationToken).not.toBe(before)
  })

  test('after a rename the old address answers 302 and events come from the new one', async () => {
    const old = portal.url
    await portal.act.renamePortal()
    const response = await fetch(`${old}/rest/profile?auth=${admin}`, { method: 'POST', redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([
      302,
      `${portal.url}/rest/profile?auth=${admin}`,
    ])
    expect(portal.url).not.toBe(old)
    portal.act.sendMail()
    await portal.idle()
    expect(inbox.events[0]?.auth).toMatchObject({ domain: portal.domain, member_id: portal.memberId })
    expect((await json(await fetch(response.headers.get('location') ?? ''))).result.ID).toBe('1')
  })

  test('no event is sent when the paid time is over', async () => {
    portal.act.expirePayment(true)
    portal.act.sendMail()
    expect(await arrived()).toEqual([])
  })
})
