import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findAccess, openTokens } from '../../../lib/store/access.ts'
import { findPortal } from '../../../lib/store/portals.ts'
import { serve } from '../../lib/bitrix24/set-up.ts'
import { type FrameParams, type Portal, SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'
import { send } from '../send.ts'

const { admin, sam, ines } = SEED.users

let rig: Rig
let thief: Awaited<ReturnType<typeof serve>>
let log: string[] = []

beforeAll(async () => {
  rig = await startRig({ logTo: { write: (line) => void log.push(line) } })
  thief = await serve((_, response) => response.end('{}'))
})
beforeEach(() => {
  log = []
})
afterAll(async () => {
  await thief.close()
  await rig.stop()
})

const sessionBody = (portal: Portal, { query, body }: FrameParams) => ({
  memberId: portal.memberId,
  authId: body.AUTH_ID,
  refreshId: body.REFRESH_ID,
  authExpires: 3600,
  domain: query.DOMAIN,
  applicationToken: body.APPLICATION_TOKEN,
  serverEndpoint: body.SERVER_ENDPOINT,
})
const open = (body: object) => send(`${rig.url}/api/session`, { method: 'POST', body })

/** Everything that is stored of people and portals. */
async function stored() {
  const { db } = rig.stagecue
  const [access, portals] = await Promise.all([
    db.selectFrom('access').select(['portal', 'user_id', 'access_token', 'state']).orderBy('user_id').execute(),
    db.selectFrom('portal').select(['member_id', 'endpoint', 'oauth_server', 'application_token']).execute(),
  ])
  return { access, portals }
}

/** Opens a session that must be refused: nothing is stored, the log tells it and tells no secret. */
async function refused(body: object, secrets: (string | undefined)[]): Promise<void> {
  const before = await stored()
  const answer = await open(body)
  expect(answer.status).toBe(401)
  expect(await stored()).toEqual(before)
  expect(log.join()).toContain('A session was refused')
  const told = log.join() + answer.text
  for (const secret of [rig.emulator.clientSecret, ...secrets]) expect(told).not.toContain(secret)
  expect(thief.seen).toEqual([])
}

/** What an OAuth server says of a refresh, with anything in it changed. */
function oauthAnswer(portal: Portal, { body }: FrameParams, change: object): void {
  const answer = {
    access_token: body.AUTH_ID,
    refresh_token: `${body.REFRESH_ID}0`,
    client_endpoint: `${portal.url}/rest/`,
    domain: 'oauth.example',
    expires_in: 3600,
    member_id: portal.memberId,
    scope: 'crm',
    server_endpoint: `${rig.emulator.oauthUrl}/rest/`,
    status: 'F',
    user_id: admin,
    ...change,
  }
  rig.emulator.oauthFaults.next({ method: 'oauth/token', kind: 'status', status: 200, body: answer })
}

describe('a session of a known portal is refused', () => {
  it('for a forged token', async () => {
    const forged = 'f'.repeat(70)
    await refused({ ...sessionBody(rig.portal, rig.portal.openApp(sam)), authId: forged }, [forged])
  })

  it('for a token of another portal', async () => {
    const other = await rig.emulator.addPortal({ appUrl: rig.url })
    other.beginInstall()
    const { body } = other.openApp(admin)
    const claim = {
      ...sessionBody(rig.portal, rig.portal.openApp(sam)),
      authId: body.AUTH_ID,
      refreshId: body.REFRESH_ID,
    }
    await refused(claim, [body.AUTH_ID, body.REFRESH_ID])
    expect(other.requests).toEqual([])
  })

  it('for a token of another application in the same portal', async () => {
    const { db } = rig.stagecue
    await db.updateTable('portal').set({ app_code: 'another.app' }).execute()
    const frame = rig.portal.openApp(sam)
    await refused(sessionBody(rig.portal, frame), [frame.body.AUTH_ID, frame.body.REFRESH_ID])
    await db.updateTable('portal').set({ app_code: rig.emulator.appCode }).execute()
  })
})

describe('a session of an unknown portal is refused', () => {
  let portal: Portal
  let frame: FrameParams
  beforeEach(async () => {
    portal = await rig.emulator.addPortal({ appUrl: rig.url })
    frame = portal.beginInstall()
  })

  it('when its OAuth server is none of ours: the secret does not leave', async () => {
    for (const serverEndpoint of [`${thief.url}/rest/`, `${rig.emulator.oauthUrl}@127.0.0.1/rest/`, 'nonsense']) {
      await refused({ ...sessionBody(portal, frame), serverEndpoint }, [frame.body.AUTH_ID, frame.body.REFRESH_ID])
    }
    expect(portal.requests).toEqual([])
  })

  it('when the OAuth server names another portal', async () => {
    oauthAnswer(portal, frame, { member_id: rig.portal.memberId })
    await refused(sessionBody(portal, frame), [frame.body.AUTH_ID, frame.body.REFRESH_ID])
  })

  it('when the OAuth server names another user than the portal', async () => {
    oauthAnswer(portal, frame, { user_id: sam })
    await refused(sessionBody(portal, frame), [frame.body.AUTH_ID, frame.body.REFRESH_ID])
  })

  it('when the address that the OAuth server names is not allowed', async () => {
    oauthAnswer(portal, frame, { client_endpoint: 'ftp://portal.example/rest/' })
    await refused(sessionBody(portal, frame), [frame.body.AUTH_ID, frame.body.REFRESH_ID])
  })
})

describe('a refresh', () => {
  const call = async (userId: number) => {
    const client = await rig.stagecue.clients.as(rig.portal.memberId, userId, 'page')
    return client.call('profile')
  }

  it.each([
    ['another portal', () => ({ member_id: 'ab'.repeat(16), user_id: ines })],
    ['another user', () => ({ user_id: sam })],
  ])('that names %s is dropped, and the access with it', async (_, change) => {
    await rig.as(ines)
    rig.portal.expireTokens(ines)
    const fresh = rig.portal.openApp(ines)
    oauthAnswer(rig.portal, fresh, change())
    await expect(call(ines)).rejects.toMatchObject({ name: 'AccessRevokedError', code: 'FOREIGN_ACCESS' })
    expect(await findAccess(rig.stagecue.db, rig.portal.memberId, ines)).toMatchObject({ live: false })
    for (const secret of [fresh.body.AUTH_ID, `${fresh.body.REFRESH_ID}0`, rig.emulator.clientSecret]) {
      expect(log.join()).not.toContain(secret)
    }
  })

  it('that does not say how long it serves is taken for an hour', async () => {
    await rig.as(ines)
    rig.portal.expireTokens(ines)
    const fresh = rig.portal.openApp(ines)
    oauthAnswer(rig.portal, fresh, { user_id: ines, expires_in: undefined })
    expect((await call(ines)).ok).toBe(true)
    const access = (await findAccess(rig.stagecue.db, rig.portal.memberId, ines)) ?? expect.fail()
    expect(openTokens(rig.stagecue.sealer, access).accessToken).toBe(fresh.body.AUTH_ID)
    const serves = access.expiresAt.getTime() - Date.now()
    expect(serves).toBeGreaterThan(3_500_000)
    expect(serves).toBeLessThanOrEqual(3_600_000)
  })

  it('that names an address which is not allowed changes the access, not the address', async () => {
    await rig.as(ines)
    rig.portal.expireTokens(ines)
    oauthAnswer(rig.portal, rig.portal.openApp(ines), {
      user_id: ines,
      client_endpoint: 'https://user@thief.example/rest/',
    })
    expect((await call(ines)).ok).toBe(true)
    const { endpoint } = (await findPortal(rig.stagecue.db, rig.portal.memberId)) ?? expect.fail()
    expect(endpoint).toBe(`${rig.portal.url}/rest/`)
  })
})
