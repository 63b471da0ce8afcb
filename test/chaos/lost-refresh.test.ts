import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Api, openSession } from '../api.ts'
import { sharedPostgres } from '../lib/store/test-database.ts'
import { type Portal, SEED } from '../portal/index.ts'
import { type Act, receive, someDeals } from './acts.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from './properties.ts'
import { installApp, type Setting, startSetting } from './setting.ts'
import { until } from './until.ts'

const { users } = SEED

/**
 * A refresh token serves once (`platform.md` 2.1). Who dies after OAuth has given a new pair and before it is stored has lost that person's
 * access: nobody can get it back but the person, by opening Stagecue.
 */
describe('killed between "pair renewed" and "pair kept"', () => {
  let setting: Setting
  let portal: Portal
  let deputy: Api
  const acts: Act[] = []

  /** A portal of its own for each test. */
  async function install(): Promise<void> {
    portal = await setting.emulator.addPortal({ eventDelayMs: [0, 20] })
    await installApp(setting.balancer.url, portal)
    setting.portals.push(portal)
    deputy = await openSession(setting.balancer.url, portal, users.deputy)
  }

  /** A customer writes, and the process dies with the new pair of that person; then the last of the processes is started. */
  async function loseRefreshOf(userId: number): Promise<Act[]> {
    const { emulator, processes } = setting
    const ours = someDeals(portal, 2).map((dealId) => receive(portal, dealId))
    acts.push(...ours)
    portal.expireTokens(userId)
    emulator.oauthFaults.next({ method: 'oauth/token', kind: 'silent', when: 'after' })
    const isOurs = (one: { memberId: string | null; userId: number | null }) =>
      one.memberId === portal.memberId && one.userId === userId
    await until('the pair is renewed', () => emulator.refreshes.some(isOurs))
    await processes[0]?.kill()
    await processes.at(-1)?.start()
    await untilWorkedOff(setting, acts)
    await expectNothingLostNothingTwice(setting, acts)
    return ours
  }
  const movers = (moved: Act[]) =>
    moved.map(({ dealId }) => portal.world.stageHistory.findLast(({ ownerId }) => ownerId === dealId)?.userId)
  const accessStatus = async () => (await deputy('GET', '/api/status')).body.access
  const lost = async () => {
    const { body } = await deputy('GET', '/api/audit')
    return body.entries.filter(({ action }: { action: string }) => action === 'access-lost')
  }

  describe('on one machine', () => {
    beforeAll(async () => {
      setting = await startSetting({ portals: 0 })
    })
    afterAll(() => setting.close())
    beforeEach(install)

    test('of the person who moves: the installer stands in, and the status page says who has to open Stagecue', async () => {
      const ours = await loseRefreshOf(users.sam)
      expect(movers(ours)).toEqual([users.admin, users.admin])
      const { people } = await accessStatus()
      expect(people.find(({ userId }: { userId: number }) => userId === users.sam)).toMatchObject({
        state: 'dead',
        advice: expect.stringContaining('opens Stagecue again'),
      })
      expect(await lost()).toMatchObject([{ userId: users.sam, detail: { code: 'invalid_grant' } }])
    })

    test('of the reader: another administrator takes over, and the status page says so', async () => {
      const ours = await loseRefreshOf(users.admin)
      expect(movers(ours)).toEqual([users.sam, users.sam])
      const { installer, reader, advice } = await accessStatus()
      expect(installer).toMatchObject({ userId: users.admin, state: 'dead' })
      expect(reader).toMatchObject({ userId: users.deputy })
      expect(advice).toContain('uses that of Dora Deputy instead')
      expect(await lost()).toMatchObject([{ userId: users.admin, detail: { code: 'invalid_grant' } }])
    })

    test('where Bitrix24 lets a used token serve a little longer nothing is lost', async () => {
      portal.switches.oldRefreshTokenGrace = 60
      const ours = await loseRefreshOf(users.sam)
      expect(movers(ours)).toEqual([users.sam, users.sam])
      expect(await lost()).toEqual([])
    })
  })

  test('on PostgreSQL another process finds it out, and goes on', async () => {
    acts.splice(0)
    setting = await startSetting({ postgres: sharedPostgres(), processes: [{}, {}], later: 1, portals: 0 })
    onTestFinished(() => setting.close())
    await install()
    const ours = await loseRefreshOf(users.sam)
    expect(movers(ours)).toEqual([users.admin, users.admin])
    expect(await lost()).toMatchObject([{ userId: users.sam, detail: { code: 'invalid_grant' } }])
  })
})
