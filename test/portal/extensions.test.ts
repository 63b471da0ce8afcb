import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Emulator, type Portal, SEED, startEmulator } from './index.ts'
import { askToken, call, type Inbox, result, startInbox, tokenFor } from './testing.ts'

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

describe('placements', () => {
  const bindWidget = (params: object, userId: number = SEED.users.admin) =>
    call(portal, tokenFor(portal, userId), 'placement.bind', params)

  test('are bound by administrators, once at each place', async () => {
    portal.beginInstall()
    const widget = { PLACEMENT: 'CRM_DEAL_DETAIL_TAB', HANDLER: 'http://app.example/app', TITLE: 'Stages' }
    expect((await bindWidget(widget)).body.result).toBe(true)
    expect((await bindWidget(widget)).body.error_description).toMatch(/already bind/i)
    expect((await bindWidget(widget, SEED.users.sam)).status).toBe(403)
    expect(await result(portal, tokenFor(portal, SEED.users.sam), 'placement.get')).toEqual([
      {
        placement: 'CRM_DEAL_DETAIL_TAB',
        handler: widget.HANDLER,
        title: 'Stages',
        description: '',
        options: [],
        langAll: [],
        userId: 0,
      },
    ])
    const admin = tokenFor(portal, SEED.users.admin)
    expect(await result(portal, admin, 'placement.unbind', { PLACEMENT: widget.PLACEMENT })).toEqual({ count: 1 })
  })

  test('refuse in several ways, some with HTTP 200', async () => {
    portal.beginInstall()
    const outcome = async (params: object) => {
      const { status, body } = await bindWidget(params)
      return [status, body.error]
    }
    const HANDLER = 'http://app.example/app'
    expect(await outcome({ HANDLER })).toEqual([200, 'ERROR_ARGUMENT'])
    expect(await outcome({ PLACEMENT: 'NOWHERE', HANDLER })).toEqual([400, 'ERROR_PLACEMENT_NOT_FOUND'])
    expect(await outcome({ PLACEMENT: 'LEFT_MENU' })).toEqual([200, 'EMPTY_ERROR_HANDLER_URL'])
    expect(await outcome({ PLACEMENT: 'LEFT_MENU', HANDLER: 'x' })).toEqual([400, 'ERROR_WRONG_HANDLER_URL'])
    expect(await outcome({ PLACEMENT: 'LEFT_MENU', HANDLER: 'ftp://x.example' })).toEqual([
      400,
      'ERROR_UNSUPPORTED_PROTOCOL',
    ])
    await bindWidget({ PLACEMENT: 'REST_APP_URI', HANDLER })
    expect(await outcome({ PLACEMENT: 'REST_APP_URI', HANDLER: `${HANDLER}2` })).toEqual([
      200,
      'ERROR_PLACEMENT_MAX_COUNT',
    ])
  })

  test('exist for each kind of item', async () => {
    portal.beginInstall()
    const { entityTypeId } = portal.act.addSmartProcess()
    const codes = await result(portal, tokenFor(portal, SEED.users.sam), 'placement.list')
    expect(codes).toEqual(
      expect.arrayContaining([
        'CRM_FUNNELS_TOOLBAR',
        'CRM_QUOTE_LIST_TOOLBAR',
        `CRM_DYNAMIC_${entityTypeId}_DETAIL_TAB`,
      ]),
    )
    expect(codes).not.toContain('CRM_QUOTE_ROBOT_DESIGNER_TOOLBAR')
  })
})

describe('automation', () => {
  test('a robot’s handler gets its user’s tokens and answers by bizproc.event.send', async () => {
    const admin = portal.beginInstall().body.AUTH_ID
    portal.finishInstall()
    const robot = {
      CODE: 'link',
      HANDLER: inbox.url,
      AUTH_USER_ID: SEED.users.ines,
      NAME: 'Link',
      USE_SUBSCRIPTION: 'Y',
    }
    expect(await result(portal, admin, 'bizproc.robot.add', robot)).toBe(true)
    expect((await call(portal, admin, 'bizproc.robot.add', robot)).body.error).toBe('ERROR_ACTIVITY_ALREADY_INSTALLED')
    const run = await portal.act.runRobot(
      'link',
      { entityTypeId: 2, id: SEED.deals.kim },
      { target: 'http://shop.example' },
    )
    expect(run.status).toBe(200)
    expect(inbox.events[0]).toMatchObject({
      code: 'link',
      document_id: ['crm', 'CCrmDocumentDeal', `DEAL_${SEED.deals.kim}`],
      properties: { target: 'http://shop.example' },
      auth: { user_id: String(SEED.users.ines), refresh_token: expect.any(String) },
    })
    const auth = inbox.events[0]?.auth.access_token ?? ''
    const answer = { event_token: run.eventToken, return_values: { url: 'http://x.example/l/1' }, log_message: 'made' }
    expect(await result(portal, auth, 'bizproc.event.send', answer)).toBe(true)
    expect(run).toMatchObject({ returnValues: { url: 'http://x.example/l/1' }, logMessage: 'made', waits: false })
    expect(await result(portal, admin, 'bizproc.robot.list')).toEqual(['link'])
    expect(await result(portal, admin, 'bizproc.robot.delete', { CODE: 'link' })).toBe(true)
  })

  test('a process waits for its first answer; whatever else is told is accepted', async () => {
    const admin = portal.beginInstall().body.AUTH_ID
    const deal = { entityTypeId: 2, id: SEED.deals.kim }
    const tell = (event_token: string, url: string) =>
      result(portal, admin, 'bizproc.event.send', { event_token, return_values: { url } })
    const robot = { HANDLER: inbox.url, NAME: 'Link' }
    await result(portal, admin, 'bizproc.robot.add', { ...robot, CODE: 'waits', USE_SUBSCRIPTION: 'Y' })
    await result(portal, admin, 'bizproc.robot.add', { ...robot, CODE: 'goes on' })
    const waiting = await portal.act.runRobot('waits', deal)
    expect(waiting.waits).toBe(true)
    expect([await tell(waiting.eventToken, 'a'), await tell(waiting.eventToken, 'b')]).toEqual([true, true])
    expect(waiting.returnValues).toEqual({ url: 'a' })
    const gone = await portal.act.runRobot('goes on', deal)
    expect([await tell(gone.eventToken, 'a'), await tell('nobody', 'a')]).toEqual([true, true])
    expect(gone).toMatchObject({ waits: false, returnValues: null })
  })

  test('a rule’s call brings tokens of the user it names, none, or such as are refused', async () => {
    const admin = portal.beginInstall().body.AUTH_ID
    const robot = { CODE: 'link', HANDLER: inbox.url, NAME: 'Link', AUTH_USER_ID: SEED.users.ines }
    await result(portal, admin, 'bizproc.robot.add', robot)
    const called = async (userId?: number) => {
      await portal.act.runRobot('link', { entityTypeId: 2, id: SEED.deals.kim }, {}, userId ? { userId } : {})
      return inbox.events.pop()?.auth ?? {}
    }
    expect((await called(SEED.users.sam)).user_id).toBe(String(SEED.users.sam))
    portal.switches.robotCallTokens = 'refused'
    const refused = await called()
    expect((await call(portal, refused.access_token ?? '', 'profile')).status).toBe(401)
    expect(
      (await askToken(emulator, { grant_type: 'refresh_token', refresh_token: refused.refresh_token ?? '' })).status,
    ).toBe(400)
    portal.switches.robotCallTokens = 'none'
    expect(Object.keys(await called())).toEqual(['domain', 'member_id', 'application_token'])
    portal.switches.robotCallTokens = 'present'
    portal.act.dismissUser(SEED.users.ines)
    expect((await call(portal, (await called()).access_token ?? '', 'profile')).status).toBe(401)
  })

  test('native triggers are registered by administrators and executed for items', async () => {
    const admin = portal.beginInstall().body.AUTH_ID
    const sam = tokenFor(portal, SEED.users.sam)
    const trigger = { CODE: 'paid', NAME: 'Paid' }
    expect((await call(portal, sam, 'crm.automation.trigger.add', trigger)).body.error).toBe('ACCESS_DENIED')
    expect(await result(portal, admin, 'crm.automation.trigger.add', trigger)).toBe(true)
    expect(await result(portal, admin, 'crm.automation.trigger.list')).toEqual([trigger])
    const owner = { OWNER_TYPE_ID: 2, OWNER_ID: SEED.deals.kim }
    expect(await result(portal, sam, 'crm.automation.trigger.execute', { ...owner, CODE: 'paid' })).toBe(true)
    expect(portal.world.automationExecutions).toEqual([
      { code: 'paid', entityTypeId: 2, id: SEED.deals.kim, userId: SEED.users.sam },
    ])
    const unknown = await call(portal, sam, 'crm.automation.trigger.execute', { ...owner, CODE: 'other' })
    expect(unknown.body).toEqual({ error: '', error_description: 'Trigger with code other is not registered.' })
  })

  test('a new smart process raises ONCRMTYPEADD', async () => {
    const admin = portal.beginInstall().body.AUTH_ID
    await bind(admin, 'ONCRMTYPEADD')
    portal.finishInstall()
    const { typeId, entityTypeId } = portal.act.addSmartProcess({ title: 'Tenders' })
    await portal.idle()
    expect(inbox.events[0]?.data).toEqual({ FIELDS: { ID: String(typeId) } })
    expect(portal.act.createItem({ entityTypeId }).stageId).toMatch(/:NEW$/)
  })
})

describe('the timeline', () => {
  test('takes entries of who may edit the item', async () => {
    portal.beginInstall()
    const sam = tokenFor(portal, SEED.users.sam)
    const fields = { entityTypeId: 2, entityId: SEED.deals.kim, title: 'Moved', text: 'because', iconCode: 'info' }
    const { logMessage } = await result(portal, sam, 'crm.timeline.logmessage.add', { fields })
    expect(logMessage).toMatchObject({ authorId: SEED.users.sam, title: 'Moved', text: 'because' })
    const comment = { ENTITY_TYPE: 'dynamic_177', ENTITY_ID: SEED.requests.kim, COMMENT: 'hello' }
    expect(await result(portal, sam, 'crm.timeline.comment.add', { fields: comment })).toEqual(expect.any(Number))
    expect(portal.world.timeline.map(({ kind, entityTypeId }) => [kind, entityTypeId])).toEqual([
      ['logMessage', 2],
      ['comment', 177],
    ])
    const add = async (auth: string, given: object) =>
      (await call(portal, auth, 'crm.timeline.logmessage.add', { fields: given })).body.error
    expect(await add(tokenFor(portal, SEED.users.readOnly), fields)).toBe('ACCESS_DENIED')
    expect(await add(tokenFor(portal, SEED.users.ownOnly), { ...fields, entityId: 999_999 })).toBe('ACCESS_DENIED')
    for (const entityId of [undefined, null, '', 'x', 0, [], '0$result[a][item][id]']) {
      expect(await add(sam, { ...fields, entityId })).toBe('OWNER_NOT_FOUND')
    }
    expect(await add(sam, { ...fields, entityTypeId: 5 })).toBe('OWNER_NOT_FOUND')
    for (const entityId of [999_999, '031', [31, 32], { a: 31 }]) {
      expect(await add(sam, { ...fields, entityId })).toBeUndefined()
    }
    expect(portal.world.timeline.slice(2).map(({ entityId }) => entityId)).toEqual([999_999, 31, 1, 1])
    expect(await add(sam, { ...fields, text: '' })).toBe('100')
  })
})
