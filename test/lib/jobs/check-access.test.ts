import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CHECK_ACCESS } from '../../../lib/jobs/access/check-access.ts'
import { periodicJobs } from '../../../lib/jobs/periodic-jobs.ts'
import { createScheduler } from '../../../lib/queue/periodic.ts'
import { findAccess } from '../../../lib/store/access.ts'
import { findServiceUser } from '../../../lib/store/acting-users.ts'
import { enqueue } from '../../../lib/store/jobs.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals } = SEED
const day = 24 * 3_600_000

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

/** The daily round. */
async function check(): Promise<void> {
  const { memberId: portal } = rig.portal
  const now = new Date()
  await enqueue(rig.stagecue.db, [{ portal, type: CHECK_ACCESS, dedupKey: 'round', dueAt: now }], now)
  await rig.settled()
}

const stored = (userId: number) => findAccess(rig.stagecue.db, rig.portal.memberId, userId)
const reader = () => findServiceUser(rig.stagecue.db, rig.portal.memberId)
const administrator = (userId: number, admin: boolean) => {
  const user = rig.portal.world.users.get(userId) ?? expect.fail()
  user.admin = admin
}

/** Makes an access look as if it had last been renewed so many days ago. */
async function idleFor(userId: number, days: number): Promise<void> {
  const issued_at = new Date(Date.now() - days * day).toISOString()
  await rig.stagecue.db.updateTable('access').set({ issued_at }).where('user_id', '=', userId).execute()
}

async function audit(): Promise<string[]> {
  const rows = await rig.stagecue.db.selectFrom('audit').selectAll().orderBy('id').execute()
  return rows.map(({ user_id, action }) => `${user_id} ${action}`)
}

describe('the daily check of access', () => {
  it('is added for every portal that was installed yesterday or before, once a day', async () => {
    const rows = () => rig.stagecue.db.selectFrom('work').selectAll().where('kind', '=', CHECK_ACCESS).execute()
    const works = periodicJobs(rig.stagecue.config).filter(({ type }) => type === CHECK_ACCESS)
    expect(works.map(({ seconds }) => seconds)).toEqual([86_400])
    await rig.stagecue.worker.stop()
    const begin = () => createScheduler(rig.stagecue.db, rig.stagecue.clock, works)()
    await begin()
    expect(await rows()).toEqual([])
    const installed_at = new Date(Date.now() - day).toISOString()
    await rig.stagecue.db.updateTable('portal').set({ installed_at }).execute()
    for (let start = 0; start < 2; start++) await begin()
    expect(await rows()).toMatchObject([{ portal: rig.portal.memberId, subject: 'round' }])
  })

  it('renews an access that was idle for 150 days, once, and no other', async () => {
    await rig.as(users.sam)
    await rig.as(users.ines)
    await idleFor(users.sam, 151)
    await idleFor(users.ines, 149)
    await check()
    await check()
    expect(rig.emulator.refreshes.filter(({ userId }) => userId !== users.admin)).toMatchObject([
      { userId: users.sam, error: null },
    ])
    expect((await stored(users.sam))?.issuedAt.getTime()).toBeGreaterThan(Date.now() - day)
  })

  it('leaves an idle access alone while the OAuth server is down', async () => {
    await rig.as(users.sam)
    await idleFor(users.sam, 151)
    rig.emulator.oauthFaults.down = true
    await check()
    rig.emulator.oauthFaults.down = false
    expect(await stored(users.sam)).toMatchObject({ live: true })
    await check()
    expect((await stored(users.sam))?.issuedAt.getTime()).toBeGreaterThan(Date.now() - day)
  })

  it('forgets delegated access whose hour is over', async () => {
    await rig.as(users.sam)
    const expires_at = new Date(Date.now() - 1000).toISOString()
    const lapsed = { refresh_token: null, expires_at }
    await rig.stagecue.db.updateTable('access').set(lapsed).where('user_id', '=', users.sam).execute()
    await check()
    expect(await stored(users.sam)).toBeNull()
    expect(await stored(users.admin)).toMatchObject({ live: true })
  })

  it('finds an installer who is no administrator any more: another one takes over', async () => {
    await rig.as(users.deputy)
    expect(await reader()).toBe(users.admin)
    administrator(users.admin, false)
    await check()
    expect(await stored(users.admin)).toMatchObject({ live: true, admin: false })
    expect(await reader()).toBe(users.deputy)
    expect(await audit()).toContain(`${users.admin} administrator-lost`)
    administrator(users.admin, true)
    await check()
    expect(await reader()).toBe(users.admin)
  })

  it('finds a dismissed installer: another administrator takes over as soon as he opens the app', async () => {
    rig.portal.act.dismissUser(users.admin)
    await check()
    expect(await stored(users.admin)).toMatchObject({ live: false })
    expect(await audit()).toContain(`${users.admin} access-lost`)
    expect(await reader()).toBeNull()
    await rig.as(users.deputy)
    expect(await reader()).toBe(users.deputy)
  })

  it('finds an installer whom the app may not serve any more: his access rests, and another administrator reads', async () => {
    await rig.as(users.deputy)
    rig.portal.act.setRights(users.admin, { app: false })
    await check()
    expect(await stored(users.admin)).toMatchObject({ live: true, refusedUntil: expect.any(Date) })
    expect(await reader()).toBe(users.deputy)
  })

  it.each([
    ['an empty profile', []],
    ['no profile', null],
    ['a profile without a number', { NAME: 'Ada', ADMIN: true }],
    ['a page', '<html>'],
  ])('loses no access by %s: only the OAuth server says who is gone', async (_, profile) => {
    const odd = { result: { result: { profile, admin: true }, result_error: [] } }
    rig.portal.faults.next({ method: 'user.admin', kind: 'status', status: 200, body: odd })
    await check()
    expect(await stored(users.admin)).toMatchObject({ live: true, admin: true })
    expect(await reader()).toBe(users.admin)
  })

  it('drops an access that turns out to be somebody else’s', async () => {
    const odd = { result: { result: { profile: { ID: String(users.sam), ADMIN: false } }, result_error: [] } }
    rig.portal.faults.next({ method: 'user.admin', kind: 'status', status: 200, body: odd })
    await check()
    expect(await stored(users.admin)).toMatchObject({ live: false })
  })
})

describe('the first call that the installer has no right for', () => {
  it('asks the portal who he is, and another administrator takes over', async () => {
    await rig.as(users.deputy)
    await rig.addTrigger({ kind: 'email-incoming' })
    administrator(users.admin, false)
    rig.portal.act.setRights(users.admin, { read: 'none', edit: 'none' })
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await reader()).toBe(users.deputy)
    expect(await audit()).toContain(`${users.admin} administrator-lost`)
  })
})

describe('an installation whose administrator is dismissed', () => {
  it('goes on under the administrator whose access was used last, also for others’ moves', async () => {
    await rig.as(users.deputy)
    await rig.addTrigger({ kind: 'email-incoming' })
    rig.portal.act.dismissUser(users.admin)
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([
      `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.deputy} for ${users.sam}`,
    ])
  })

  it('waits for another administrator, and then makes up for it', async () => {
    await rig.addTrigger({ kind: 'email-incoming' })
    rig.portal.act.dismissUser(users.admin)
    rig.portal.act.receiveMail()
    await rig.portal.idle()
    while ((await reader()) !== null) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await rig.story()).toEqual([])
    // However late it would be tried again by itself.
    const { db } = rig.stagecue
    const waits = db.updateTable('work').set({ due_at: '2099-01-01T00:00:00.000Z' }).where('reason', '=', 'NO_READER')
    while ((await waits.executeTakeFirst()).numUpdatedRows === 0n)
      await new Promise((resolve) => setTimeout(resolve, 10))
    await rig.as(users.deputy)
    await rig.settled()
    expect(await rig.story()).toEqual([
      `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.deputy} for ${users.sam}`,
    ])
  })
})
