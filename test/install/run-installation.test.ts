import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../../lib/store/audit.ts'
import { findPortal } from '../../lib/store/portals.ts'
import type { Api } from '../api.ts'
import { SEED } from '../portal/index.ts'
import { onlyAt } from '../positions/only-at.ts'
import { type Rig, startRig } from '../rig.ts'

let rig: Rig
let admin: Api

beforeEach(async () => {
  rig = await startRig({ install: false })
  rig.portal.beginInstall()
  admin = await rig.as(SEED.users.admin)
})
afterEach(() => rig.stop())

const install = (delegate = false) => admin('POST', '/api/install', { delegate })
const portal = () => findPortal(rig.stagecue.db, rig.portal.memberId)
const statuses = (body: { steps: { id: string; status: string }[] }) =>
  Object.fromEntries(body.steps.map(({ id, status }) => [id, status]))
const bindings = () => rig.portal.world.bindings.map(({ event, handler, authType }) => [event, handler, authType])
/** Requests of the installation itself: the worker finds out meanwhile what the portal does, and asks it the time for that. */
const restOfInstalling = () => {
  const requests = rig.portal.requests.filter(({ methods }) => !methods.includes('server.time'))
  return { requests: requests.length, calls: requests.flatMap(({ methods }) => methods) }
}

const events = [
  'ONAPPINSTALL',
  'ONAPPUPDATE',
  'ONAPPUNINSTALL',
  'ONCRMACTIVITYADD',
  'ONCRMACTIVITYUPDATE',
  'ONCRMTYPEADD',
  'ONVOXIMPLANTCALLEND',
]

describe('POST /api/install', () => {
  const withRules = onlyAt({ automationFeature: 'present' })
  it('installs: every step says what it did, and the portal is ready', withRules, async () => {
    const before = Date.now()
    const { status, body } = await install(true)
    expect(status).toBe(200)
    expect(body.steps.map(({ id }: { id: string }) => id)).toEqual([
      'verify',
      'store',
      'events',
      'check',
      'placements',
      'robot',
    ])
    expect(statuses(body)).toEqual({
      verify: 'done',
      store: 'done',
      events: 'done',
      check: 'done',
      placements: 'done',
      robot: 'done',
    })
    for (const step of body.steps) expect(step.detail, step.id).toMatch(/\S/)
    expect(body.ready).toBe(true)
    expect(await portal()).toMatchObject({
      status: 'installed',
      installerId: SEED.users.admin,
      settings: { delegate: true },
      scope: expect.arrayContaining(['crm', 'telephony', 'placement']),
    })
    expect(Date.parse((await portal())?.installedAt ?? '')).toBeGreaterThanOrEqual(before)
  })

  it('binds events of the user who causes them to our address, and no more', async () => {
    await install()
    expect(bindings().toSorted()).toEqual(events.map((event) => [event, `${rig.url}/events`, 0]).toSorted())
  })

  it('puts a button beside the automation and a tab into cards, for every type with stages', async () => {
    await install()
    const { lead: _lead, request } = SEED.types
    expect(rig.portal.world.placements.map(({ placement }) => placement).toSorted()).toEqual(
      [
        'CRM_LEAD_ROBOT_DESIGNER_TOOLBAR',
        'CRM_LEAD_DETAIL_TAB',
        'CRM_DEAL_ROBOT_DESIGNER_TOOLBAR',
        'CRM_DEAL_DETAIL_TAB',
        'CRM_QUOTE_LIST_TOOLBAR',
        'CRM_QUOTE_DETAIL_TAB',
        'CRM_SMART_INVOICE_ROBOT_DESIGNER_TOOLBAR',
        'CRM_SMART_INVOICE_DETAIL_TAB',
        `CRM_DYNAMIC_${request}_ROBOT_DESIGNER_TOOLBAR`,
        `CRM_DYNAMIC_${request}_DETAIL_TAB`,
      ].toSorted(),
    )
    const [first] = rig.portal.world.placements
    expect(first).toMatchObject({
      handler: `${rig.url}/app`,
      title: 'Stagecue triggers',
      langAll: { de: { TITLE: 'Stagecue-Trigger' }, ru: { TITLE: 'Триггеры Stagecue' } },
    })
  })

  it('asks the portal six times: what there is, events, twice the directory, widgets, the robot', async () => {
    await rig.settled()
    rig.portal.requests.length = 0
    await install()
    expect(restOfInstalling().requests).toBe(6)
  })

  it('run again changes nothing but binds anew what may be dead, asks less, and keeps the time of the installation', async () => {
    await install()
    const first = await portal()
    const [before, placements] = [bindings(), structuredClone(rig.portal.world.placements)]
    rig.portal.requests.length = 0
    const { body } = await install()
    expect(body.ready).toBe(true)
    expect(restOfInstalling()).toMatchObject({ requests: 3 })
    expect(bindings()).toEqual(before)
    expect(rig.portal.world.placements).toEqual(placements)
    expect((await portal())?.installedAt).toBe(first?.installedAt)
  })

  it('resumes after a portal that failed on the way: what was done stays done', async () => {
    rig.portal.faults.next({ method: 'event.bind', kind: 'status', status: 500 })
    const { body } = await install()
    expect(statuses(body)).toEqual({
      verify: 'done',
      store: 'done',
      events: 'failed',
      check: 'waiting',
      placements: 'waiting',
      robot: 'waiting',
    })
    expect(body.ready).toBe(false)
    expect((await portal())?.status).toBe('known')
    expect((await install()).body.ready).toBe(true)
    expect(bindings()).toHaveLength(events.length)
  })

  it('takes what is bound already for bound, whoever bound it meanwhile', async () => {
    rig.portal.faults.next({ method: 'event.bind', when: 'after', kind: 'reset' })
    expect((await install()).body.ready).toBe(false)
    expect(bindings()).toHaveLength(events.length)
    expect((await install()).body.ready).toBe(true)
  })

  it('takes foreign and old addresses, events no longer needed and handlers of one user away', async () => {
    const { world } = rig.portal
    const bind = (event: string, handler: string, authType = 0) =>
      world.bindings.push({ id: world.bindings.length + 900, event, handler, authType, boundBy: SEED.users.admin })
    bind('ONCRMACTIVITYADD', 'https://old.example/events')
    bind('ONCRMCONTACTADD', `${rig.url}/events`)
    bind('ONCRMACTIVITYUPDATE', `${rig.url}/events`, SEED.users.sam)
    bind('ONCRMTYPEADD', `${rig.url}/events`)
    const place = { title: '', description: '', options: {}, langAll: {}, userId: 0 }
    world.placements.push({ placement: 'CRM_DEAL_DETAIL_TAB', handler: 'https://old.example/app', ...place })
    expect((await install()).body.ready).toBe(true)
    expect(bindings().toSorted()).toEqual(events.map((event) => [event, `${rig.url}/events`, 0]).toSorted())
    expect(world.placements.map(({ handler }) => handler)).not.toContain('https://old.example/app')
  })

  it('does without telephony and placements where their scopes are missing, and says so', async () => {
    rig.portal.world.app.scope = ['crm']
    admin = await rig.as(SEED.users.admin)
    const { body } = await install()
    expect(statuses(body)).toMatchObject({ check: 'done', placements: 'skipped' })
    expect(body.ready).toBe(true)
    expect(bindings().map(([event]) => event)).not.toContain('ONVOXIMPLANTCALLEND')
    expect(body.steps[4].detail).toContain('“Embedding”')
  })

  it('does not go on without CRM', async () => {
    rig.portal.world.app.scope = ['telephony']
    admin = await rig.as(SEED.users.admin)
    const { body } = await install()
    expect(statuses(body)).toMatchObject({ verify: 'failed', store: 'waiting' })
    expect(bindings()).toEqual([])
  })

  it('is for administrators, wants a decision, and stands in the audit', async () => {
    const sam = await rig.as(SEED.users.sam)
    expect((await sam('POST', '/api/install', { delegate: true })).status).toBe(403)
    expect((await admin('POST', '/api/install', {})).status).toBe(422)
    await install(true)
    const [entry] = await listAudit(rig.stagecue.db, rig.portal.memberId, undefined, 1)
    expect(entry).toMatchObject({ action: 'installation-run', user_id: SEED.users.admin })
    expect(JSON.parse(entry?.detail ?? '')).toEqual({ ready: true, delegate: true })
  })

  it('makes whoever ran it last the installer', async () => {
    await install()
    const deputy = await rig.as(SEED.users.deputy)
    expect((await deputy('POST', '/api/install', { delegate: false })).body.ready).toBe(true)
    expect((await portal())?.installerId).toBe(SEED.users.deputy)
  })
})
