import { afterEach, describe, expect, test } from 'vitest'
import { findAccess } from '../../lib/store/access.ts'
import { findPortal } from '../../lib/store/portals.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'

const { users, deals } = SEED
const moved = [`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`]

let rig: Rig
afterEach(() => rig.stop())

const portal = () => findPortal(rig.stagecue.db, rig.portal.memberId)
const stored = (userId: number) => findAccess(rig.stagecue.db, rig.portal.memberId, userId)

/** A customer writes about Kim's deal, whose responsible person has opened the app. */
async function storyOfAMail(): Promise<string[]> {
  await rig.as(users.sam)
  await rig.addTrigger({ kind: 'email-incoming' })
  await rig.settled()
  rig.portal.act.receiveMail()
  await rig.settled()
  return rig.story()
}

const positions = (['yes', 'no'] as const).flatMap((frameParams2026) =>
  (['oauth.bitrix.info', 'the other'] as const).map((oauthServer) => ({ frameParams2026, oauthServer })),
)

describe.each(positions)('a portal of %j', (switches) => {
  const own = () => rig.emulator.oauthUrls[switches.oauthServer === 'the other' ? 1 : 0]

  test('is installed, its server is remembered, and its tokens are renewed there', async () => {
    rig = await startRig({ portal: { switches } })
    expect(await portal()).toMatchObject({ status: 'installed', oauthServer: own() })
    rig.portal.expireTokens()
    expect(await storyOfAMail()).toEqual(moved)
    rig.portal.expireTokens(users.sam)
    const before = rig.emulator.refreshes.length
    await (await rig.stagecue.clients.as(rig.portal.memberId, users.sam, 'work')).call('profile')
    expect(rig.emulator.refreshes.slice(before)).toMatchObject([{ userId: users.sam, error: null }])
  })

  test('becomes known by its own notice of the installation', async () => {
    rig = await startRig({ install: false })
    const other = await rig.emulator.addPortal({
      switches,
      eventDelayMs: [0, 20],
      eventHandlerUrl: `${rig.url}/events`,
    })
    other.beginInstall()
    other.finishInstall()
    await other.idle()
    await rig.settled()
    expect(await findPortal(rig.stagecue.db, other.memberId)).toMatchObject({ status: 'known', oauthServer: own() })
  })
})

test('a portal that moved to the other server loses nobody’s access', async () => {
  rig = await startRig({ portal: { switches: { oauthServer: 'oauth.bitrix.info' } } })
  await rig.as(users.sam)
  rig.portal.switches.oauthServer = 'the other'
  rig.portal.expireTokens()
  expect(await storyOfAMail()).toEqual(moved)
  expect(await stored(users.admin)).toMatchObject({ live: true })
})

test('a dismissed person’s access ends, at whichever server', async () => {
  rig = await startRig({ portal: { switches: { oauthServer: 'the other', frameParams2026: 'no' } } })
  await rig.as(users.sam)
  rig.portal.act.dismissUser(users.sam)
  const client = await rig.stagecue.clients.as(rig.portal.memberId, users.sam, 'work')
  await expect(client.call('profile')).rejects.toMatchObject({ name: 'AccessRevokedError' })
  expect(await stored(users.sam)).toMatchObject({ live: false })
})

describe('a portal that cannot reach its OAuth server for a while', () => {
  test('has its work wait: nobody’s access is lost, nothing is renewed, and all goes on by itself', async () => {
    rig = await startRig()
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    await rig.settled()
    // Tokens that were not asked about within the hour are refused.
    rig.portal.switches.oauthUnreachable = 3
    for (const userId of [users.admin, users.sam]) {
      for (const token of rig.portal.tokensOf(userId)) token.askedAt = null
    }
    const before = rig.emulator.refreshes.length
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(rig.portal.requests.flatMap(({ error }) => error ?? [])).toContain('CONNECTION_ERROR')
    expect(await rig.story()).toEqual(moved)
    expect(rig.emulator.refreshes).toHaveLength(before)
    for (const userId of [users.admin, users.sam])
      expect(await stored(userId)).toMatchObject({ live: true, refusals: 0 })
  })

  test('is not said to disbelieve somebody who opens the app: he may try again', async () => {
    rig = await startRig({ portal: { switches: { oauthUnreachable: 0 } } })
    rig.portal.switches.oauthUnreachable = 3600
    await expect(rig.as(users.ines)).rejects.toThrow('503')
    rig.portal.switches.oauthUnreachable = 0
    await rig.as(users.ines)
    expect(await stored(users.ines)).toMatchObject({ live: true })
  })
})
