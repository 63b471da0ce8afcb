import { afterEach, beforeEach, expect, it } from 'vitest'
import { CHECK_PEOPLE } from '../../../lib/jobs/access/check-people.ts'
import { periodicJobs } from '../../../lib/jobs/periodic-jobs.ts'
import { findAccess } from '../../../lib/store/access.ts'
import { enqueue } from '../../../lib/store/jobs.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users } = SEED

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

async function check(): Promise<void> {
  const { memberId: portal } = rig.portal
  const now = new Date()
  await enqueue(rig.stagecue.db, [{ portal, type: CHECK_PEOPLE, dedupKey: 'round', dueAt: now }], now)
  await rig.settled()
}

const isLive = async (userId: number) =>
  (await findAccess(rig.stagecue.db, rig.portal.memberId, userId))?.live ?? 'nobody'

it('comes round once a week', () => {
  const works = periodicJobs(rig.stagecue.config).filter(({ type }) => type === CHECK_PEOPLE)
  expect(works.map(({ seconds }) => seconds)).toEqual([7 * 86_400])
})

it('takes the tokens of dismissed people away, for one request, and leaves the others', async () => {
  for (const userId of [users.sam, users.ines]) await rig.as(userId)
  const admin = await rig.as(users.admin)
  await admin('PUT', '/api/settings', { managers: [users.sam, users.ines] })
  rig.portal.act.dismissUser(users.sam)
  const before = rig.portal.requests.length
  await check()
  expect(rig.portal.requests.length - before).toBe(1)
  expect(await Promise.all([users.sam, users.ines, users.admin].map(isLive))).toEqual([false, true, true])
  const row = await rig.stagecue.db.selectFrom('access').selectAll().where('user_id', '=', users.sam).executeTakeFirst()
  expect(row).toMatchObject({ access_token: '', refresh_token: null })
  expect((await admin('GET', '/api/settings')).body.managers).toEqual([users.ines])
})

it('asks whom the portal does not list by his own access', async () => {
  for (const userId of [users.sam, users.ines]) {
    await rig.as(userId)
    const user = rig.portal.world.users.get(userId) ?? expect.fail()
    user.type = 'system'
  }
  rig.portal.act.dismissUser(users.sam)
  await check()
  expect(await Promise.all([users.sam, users.ines].map(isLive))).toEqual([false, true])
})

it('decides nothing where the list may not be read', async () => {
  await rig.as(users.sam)
  const { app } = rig.portal.world
  app.scope = app.scope.filter((scope) => scope !== 'user_brief')
  rig.portal.act.dismissUser(users.sam)
  await rig.as(users.admin)
  await check()
  expect(await isLive(users.sam)).toBe(true)
})
