import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAccess } from '../../../lib/store/access.ts'
import { findPortal } from '../../../lib/store/portals.ts'
import { listTriggers } from '../../../lib/store/triggers.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'
import { sendEvent } from '../../send-event.ts'

const { users } = SEED
const hours = (count: number) => count * 3_600_000

let rig: Rig
let later = 0
let log: string[] = []
async function start(eraseDelaySeconds: number) {
  later = 0
  log = []
  rig = await startRig({
    clock: () => new Date(Date.now() + later),
    env: { ERASE_DELAY_SECONDS: String(eraseDelaySeconds), LOG_LEVEL: 'warn' },
    logTo: { write: (line) => void log.push(line) },
  })
  await rig.addTrigger({})
}
afterEach(() => rig.stop())

const portal = () => findPortal(rig.stagecue.db, rig.portal.memberId)
const triggers = () => listTriggers(rig.stagecue.db, rig.portal.memberId)
const tombstones = () => rig.stagecue.db.selectFrom('tombstone').selectAll().execute()
const reasons = async () => {
  const rows = await rig.stagecue.db.selectFrom('work').select('reason').where('kind', '=', 'app-uninstalled').execute()
  return rows.map(({ reason }) => reason)
}
const actions = async () => {
  const rows = await rig.stagecue.db.selectFrom('audit').select('action').orderBy('id').execute()
  return rows.map(({ action }) => action)
}

/** Opens the app as its page does, but with a refresh token that is made up, for an access that ends in a second. */
async function openForged(userId: number): Promise<number> {
  const { query, body } = rig.portal.openApp(userId)
  const answer = await fetch(`${rig.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      memberId: rig.portal.memberId,
      authId: body.AUTH_ID,
      refreshId: 'f'.repeat(70),
      authExpires: 1,
      domain: query.DOMAIN,
      applicationToken: body.APPLICATION_TOKEN,
    }),
  })
  await answer.arrayBuffer()
  return answer.status
}

const forgeUninstallation = () => sendEvent(rig, 'ONAPPUNINSTALL', { 'data[CLEAN]': '1' })

/** The work about the uninstallation is due again at once. */
async function askAgain() {
  const due_at = new Date(Date.now() + later).toISOString()
  await rig.stagecue.db.updateTable('work').set({ due_at }).where('kind', '=', 'app-uninstalled').execute()
  rig.stagecue.worker.wake(rig.portal.memberId)
}

describe('employees who want to erase their company', () => {
  beforeEach(() => start(1))

  it('three of them with refresh tokens that they made up erase nothing: an administrator answers', async () => {
    for (const userId of [users.sam, users.ines, users.readOnly]) {
      expect(await openForged(userId)).toBe(200)
      rig.portal.expireTokens(userId)
    }
    later = 5000
    expect(await forgeUninstallation()).toBe(200)
    await expect.poll(reasons).toEqual(['still-installed'])
    expect(await portal()).toMatchObject({ status: 'installed', eraseAt: null })
    expect(await triggers()).toHaveLength(1)
    expect(await actions()).toContain('uninstallation-ignored')
    const admin = await rig.as(users.admin)
    expect((await admin('GET', '/api/status')).body.attention).toMatchObject([
      { triggerId: null, reason: 'uninstallation-ignored', detail: expect.stringMatching(/still responds/) },
    ])
  })

  it('one of them, after the administrator withdrew, erases nothing: nobody who counts was refused', async () => {
    const admin = await rig.as(users.admin)
    expect((await admin('DELETE', '/api/access/me')).status).toBe(204)
    await forgeUninstallation()
    await expect.poll(reasons).toEqual(['no-witness'])
    expect(await openForged(users.sam)).toBe(200)
    rig.portal.expireTokens(users.sam)
    await askAgain()
    await expect.poll(async () => (await listAccess(rig.stagecue.db, rig.portal.memberId))[0]?.live).toBe(false)
    await expect.poll(reasons).toEqual(['no-witness'])
    later = hours(25)
    await askAgain()
    await expect.poll(reasons).toEqual(['uninstalled-unseen'])
    expect(await portal()).toMatchObject({ status: 'uninstalled', eraseAt: null })
    expect(await triggers()).toHaveLength(1)
    expect(await tombstones()).toEqual([])
  })

  it('nor one who was dismissed meanwhile: that his access is refused says nothing of the app', async () => {
    const { memberId, world } = rig.portal
    const admin = await rig.as(users.admin)
    expect((await admin('DELETE', '/api/access/me')).status).toBe(204)
    await rig.as(users.sam)
    await rig.stagecue.clients.renew(memberId, users.sam)
    const sam = world.users.get(users.sam)
    if (sam) sam.active = false
    rig.portal.expireTokens(users.sam)
    await forgeUninstallation()
    await expect.poll(reasons).toEqual(['no-witness'])
    expect((await listAccess(rig.stagecue.db, memberId))[0]?.live).toBe(false)
    await askAgain()
    await rig.stagecue.worker.stop()
    expect(await reasons()).toEqual(['no-witness'])
    expect(await portal()).toMatchObject({ status: 'installed', eraseAt: null })
  })

  it('an administrator’s page with a made-up refresh token is no witness once its token has expired', async () => {
    const admin = await rig.as(users.admin)
    expect((await admin('DELETE', '/api/access/me')).status).toBe(204)
    expect(await openForged(users.deputy)).toBe(200)
    rig.portal.expireTokens(users.deputy)
    await forgeUninstallation()
    await expect.poll(reasons).toEqual(['no-witness'])
    expect(await triggers()).toHaveLength(1)
  })

  it('a portal that cannot reach its OAuth server, or is silent, erases nothing', async () => {
    rig.portal.faults.next({ kind: 'status', status: 401, body: { error: 'CONNECTION_ERROR' }, times: 50 })
    await forgeUninstallation()
    await expect.poll(reasons).toEqual(['portal-silent'])
    expect(await portal()).toMatchObject({ status: 'installed', eraseAt: null })
    expect((await listAccess(rig.stagecue.db, rig.portal.memberId)).every(({ live }) => live)).toBe(true)
  })
})

describe('a real uninstallation with its data', () => {
  it('is announced, erases every row in time, and leaves a tombstone', async () => {
    await start(2)
    const { memberId } = rig.portal
    rig.portal.act.uninstallApp(1)
    await expect.poll(reasons).toEqual(['erasure-announced'])
    expect(await portal()).toMatchObject({ eraseAt: expect.any(Date) })
    expect(await triggers()).toHaveLength(1)
    expect(log.join()).toContain('all of it is erased at that time')
    await expect.poll(portal).toBeNull()
    expect(await triggers()).toEqual([])
    expect(await tombstones()).toMatchObject([{ member_id: memberId, reason: 'uninstalled' }])
    expect(log.join()).toContain('was erased')
  })

  it('is believed when the administrator’s access was renewed before, and found dead by other work first', async () => {
    await start(1)
    await rig.stagecue.clients.renew(rig.portal.memberId, users.admin)
    rig.portal.act.uninstallApp(1)
    await rig.stagecue.clients.renew(rig.portal.memberId, users.admin).catch(() => {})
    await expect.poll(portal).toBeNull()
  })

  it('is erased within the hour by default, not before 50 minutes', async () => {
    await start(3000)
    rig.portal.act.uninstallApp(1)
    await expect.poll(reasons).toEqual(['erasure-announced'])
    const inMinutes = ((await portal())?.eraseAt?.getTime() ?? 0) - Date.now()
    expect(inMinutes).toBeGreaterThan(49 * 60_000)
    expect(inMinutes).toBeLessThan(51 * 60_000)
  })

  it('is undone by somebody who opens the app before, and everything is as it was', async () => {
    await start(3000)
    const before = await portal()
    rig.portal.act.uninstallApp(1)
    await expect.poll(reasons).toEqual(['erasure-announced'])
    rig.portal.beginInstall()
    const sam = await rig.as(users.sam)
    expect(await portal()).toMatchObject({ status: before?.status, eraseAt: null, settings: before?.settings })
    expect(await actions()).toContain('erasure-lifted')
    expect((await sam('GET', '/api/triggers')).body).toHaveLength(1)
  })

  it('is undone when somebody answers at the last moment', async () => {
    await start(1)
    await rig.as(users.deputy)
    await rig.stagecue.db.updateTable('portal').set({ erase_at: new Date().toISOString() }).execute()
    await expect.poll(async () => (await portal())?.eraseAt).toBeNull()
    expect(await triggers()).toHaveLength(1)
    expect(await actions()).toContain('uninstallation-ignored')
    expect(await tombstones()).toEqual([])
  })
})
