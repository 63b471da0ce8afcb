import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listTriggers } from '../../../lib/store/triggers.ts'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { aTrigger, type Rig, startRig } from '../../rig.ts'

const { users } = SEED
const minutes = (count: number) => count * 60_000

let rig: Rig
let later = 0
let admin: Api
beforeEach(async () => {
  later = 0
  rig = await startRig({ clock: () => new Date(Date.now() + later) })
  admin = await rig.as(users.admin)
})
afterEach(() => rig.stop())

/** The portal's own record of somebody. */
const person = (userId: number) => rig.portal.world.users.get(userId) ?? expect.fail()
const managers = async () => (await admin('GET', '/api/settings')).body.managers
const asked = () => rig.portal.requests.filter(({ methods }) => methods.includes('profile')).length
const actions = async () => (await rig.stagecue.db.selectFrom('audit').select('action').execute()).map((a) => a.action)

describe('who lost a role or his job changes nothing more', () => {
  it('an administrator who is none any more cannot make himself manager', async () => {
    const deputy = await rig.as(users.deputy)
    expect((await deputy('GET', '/api/settings')).status).toBe(200)
    person(users.deputy).admin = false
    later = minutes(6)
    expect((await deputy('PUT', '/api/settings', { managers: [users.deputy] })).status).toBe(403)
    expect(await managers()).toEqual([])
    expect((await deputy('GET', '/api/settings')).status).toBe(403)
    expect(await actions()).toContain('administrator-lost')
  })

  it('a dismissed manager cannot make a trigger that acts as the administrator', async () => {
    await admin('PUT', '/api/settings', { managers: [users.sam] })
    const sam = await rig.as(users.sam)
    const trigger = { ...aTrigger, changeStageAs: { type: 'user', userId: users.admin } }
    expect((await sam('POST', '/api/triggers', trigger)).status).toBe(201)
    rig.portal.act.dismissUser(users.sam)
    later = minutes(6)
    expect((await sam('POST', '/api/triggers', trigger)).status).toBe(401)
    expect(await listTriggers(rig.stagecue.db, rig.portal.memberId)).toHaveLength(1)
    expect((await sam('GET', '/api/triggers')).status).toBe(401)
  })

  it('a manager who became administrator need not open the app anew', async () => {
    const sam = await rig.as(users.sam)
    await admin('PUT', '/api/settings', { managers: [users.sam] })
    expect((await sam('PUT', '/api/settings', { paused: true })).status).toBe(403)
    person(users.sam).admin = true
    later = minutes(6)
    expect((await sam('PUT', '/api/settings', { paused: true })).status).toBe(200)
  })

  it('the portal is asked once in five minutes, not for each change, and not for reading', async () => {
    const before = asked()
    for (const paused of [true, false]) await admin('PUT', '/api/settings', { paused })
    later = minutes(6)
    expect((await admin('GET', '/api/settings')).status).toBe(200)
    expect(asked() - before).toBe(0)
    for (const paused of [true, false]) expect((await admin('PUT', '/api/settings', { paused })).status).toBe(200)
    expect(asked() - before).toBe(1)
  })

  it('while the portal is silent nobody changes anything, but everybody may withdraw', async () => {
    later = minutes(6)
    rig.portal.faults.down = true
    const refused = await admin('PUT', '/api/settings', { paused: true })
    expect([refused.status, refused.body.error.code]).toEqual([503, 'portal-unavailable'])
    expect((await admin('GET', '/api/settings')).body.paused).toBe(false)
    expect((await admin('DELETE', '/api/access/me')).status).toBe(204)
    rig.portal.faults.down = false
  })

  it('only active employees become managers', async () => {
    for (const userId of [users.dismissed, users.extranet, users.bot, 999]) {
      const { status, body } = await admin('PUT', '/api/settings', { managers: [users.sam, userId] })
      expect([userId, status, Object.keys(body.error?.fields ?? {})]).toEqual([userId, 422, ['managers']])
    }
    expect(await managers()).toEqual([])
    expect((await admin('PUT', '/api/settings', { managers: [users.sam, users.ines] })).status).toBe(200)
  })
})

describe('sessions', () => {
  it('a token does not live again when its owner opens the app after he withdrew', async () => {
    const stolen = await rig.as(users.ines)
    expect((await stolen('DELETE', '/api/access/me')).status).toBe(204)
    const again = await rig.as(users.ines)
    expect((await again('GET', '/api/me')).status).toBe(200)
    expect((await stolen('GET', '/api/me')).status).toBe(401)
  })

  it('a token does not live again with an access that died', async () => {
    const stolen = await rig.as(users.ines)
    await rig.stagecue.db.updateTable('access').set({ state: 'dead' }).where('user_id', '=', users.ines).execute()
    const again = await rig.as(users.ines)
    expect((await again('GET', '/api/me')).status).toBe(200)
    expect((await stolen('GET', '/api/me')).status).toBe(401)
  })

  it('an administrator signs everybody out: tokens end, accesses stay', async () => {
    const sam = await rig.as(users.sam)
    expect((await sam('POST', '/api/access/sign-out')).status).toBe(403)
    expect((await admin('POST', '/api/access/sign-out')).status).toBe(204)
    for (const one of [sam, admin]) expect((await one('GET', '/api/me')).status).toBe(401)
    for (const userId of [users.sam, users.admin]) {
      const again = await rig.as(userId)
      expect((await again('GET', '/api/me')).status).toBe(200)
    }
    expect((await sam('GET', '/api/me')).status).toBe(401)
    expect(await actions()).toContain('signed-out')
  })

  it('several tabs of one person are signed in beside each other', async () => {
    const tabs = [await rig.as(users.sam), await rig.as(users.sam)]
    for (const tab of tabs) expect((await tab('GET', '/api/me')).status).toBe(200)
  })
})

describe('a guest of the extranet', () => {
  it('gets no session and leaves no access', async () => {
    await expect(rig.as(users.extranet)).rejects.toThrow('No session: 403')
    const rows = await rig.stagecue.db.selectFrom('access').select('user_id').execute()
    expect(rows.map(({ user_id }) => user_id)).not.toContain(users.extranet)
  })

  it('an employee gets one where the portal does not tell the types of users', async () => {
    rig.portal.world.app.scope = rig.portal.world.app.scope.filter((scope) => scope !== 'user_brief')
    const sam = await rig.as(users.sam)
    expect((await sam('GET', '/api/me')).status).toBe(200)
  })
})

describe('a manager keeps a trigger of somebody who gave him nothing as it is', () => {
  it('and does not change it by leaving something out', async () => {
    await admin('PUT', '/api/settings', { managers: [users.sam] })
    const sam = await rig.as(users.sam)
    const acting = { changeStageAs: { type: 'user', userId: users.supervisor } }
    const special = { viaClient: true, ifNoAccess: 'wait', whenSeveral: 'newest', allowMovingBack: true }
    const made = await rig.addTrigger({ ...acting, ...special, fromStages: ['C4:NEW'], name: 'Offer' })
    const put = (change: object) => sam('PUT', `/api/triggers/${made.id}`, change)
    const whole = { ...aTrigger, ...acting, ...special, fromStages: ['C4:NEW'], name: 'Offer', version: 1 }
    for (const name of ['viaClient', 'ifNoAccess', 'whenSeveral', 'allowMovingBack', 'fromStages'] as const) {
      const { [name]: _, ...without } = whole
      const { status, body } = await put(without)
      expect([name, status, Object.keys(body.error?.fields ?? {})]).toEqual([name, 422, ['changeStageAs.userId']])
    }
    const { name: _, ...renamed } = { ...whole, enabled: false, mode: 'watch' }
    expect((await put(renamed)).status).toBe(200)
  })
})
