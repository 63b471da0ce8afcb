import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken, verifyToken } from '../../../handlers/http/session-token.ts'
import { findAccess, openTokens } from '../../../lib/store/access.ts'
import { findPortal } from '../../../lib/store/portals.ts'
import { type FrameParams, type Portal, SEED } from '../../portal/index.ts'
import { onlyAt } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { send } from '../send.ts'

const { admin, sam } = SEED.users
let rig: Rig

beforeAll(async () => {
  rig = await startRig()
  await rig.settled()
})
afterAll(() => rig.stop())

/** The body that a page makes of its frame's parameters. */
function sessionBody(portal: Portal, { query, body }: FrameParams) {
  return {
    memberId: portal.memberId,
    authId: body.AUTH_ID,
    refreshId: body.REFRESH_ID,
    authExpires: Number(body.AUTH_EXPIRES),
    domain: query.DOMAIN,
    applicationToken: body.APPLICATION_TOKEN,
    serverEndpoint: body.SERVER_ENDPOINT,
    lang: 'de',
  }
}

const open = (body: object) => send(`${rig.url}/api/session`, { method: 'POST', body })

const stored = async (portal: Portal, userId: number) => {
  const access = await findAccess(rig.stagecue.db, portal.memberId, userId)
  return access && openTokens(rig.stagecue.sealer, access)
}

describe('a session of a known portal', () => {
  it('names user and portal and lasts an hour', async () => {
    const before = Date.now()
    const { status, body } = await open(sessionBody(rig.portal, rig.portal.openApp(sam)))
    expect(status).toBe(200)
    expect(body).toEqual({
      token: expect.any(String),
      expiresAt: expect.stringMatching(/Z$/),
      user: { id: sam, name: expect.stringContaining('Sam'), admin: false },
      portal: { memberId: rig.portal.memberId, domain: rig.portal.domain, installed: true },
    })
    expect(Date.parse(body.expiresAt) - before).toBeGreaterThan(3_595_000)
    expect(Date.parse(body.expiresAt) - before).toBeLessThanOrEqual(3_601_000)
  })

  it('costs one request, at the stored address, whatever domain the frame names', async () => {
    const frame = rig.portal.openApp(sam)
    const before = rig.portal.requests.length
    const { status } = await open({ ...sessionBody(rig.portal, frame), domain: '127.0.0.1:9' })
    expect(status).toBe(200)
    expect(rig.portal.requests.length - before).toBe(1)
  })

  it("keeps the user's access, sealed, and never an older pair over a newer one", async () => {
    const [older, newer] = [rig.portal.openApp(sam), rig.portal.openApp(sam)]
    await open(sessionBody(rig.portal, newer))
    await open({ ...sessionBody(rig.portal, older), authExpires: 1800 })
    expect((await stored(rig.portal, sam))?.accessToken).toBe(newer.body.AUTH_ID)
    const rows = await rig.stagecue.db.selectFrom('access').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(newer.body.AUTH_ID)
  })

  it('a page that is loaded again does not bring back a pair that was renewed meanwhile', async () => {
    const body = sessionBody(rig.portal, rig.portal.openApp(sam))
    await open(body)
    rig.portal.expireTokens(sam)
    const client = await rig.stagecue.clients.as(rig.portal.memberId, sam, 'page')
    await client.call('profile')
    const renewed = await stored(rig.portal, sam)
    expect(renewed?.refreshToken).not.toBe(body.refreshId)
    // The portal still takes the page's access token in this test: that the refresh token was used up is the point.
    const late = rig.portal.openApp(sam)
    expect((await open({ ...body, authId: late.body.AUTH_ID })).status).toBe(200)
    expect((await stored(rig.portal, sam))?.refreshToken).toBe(renewed?.refreshToken)
  })

  it('is refused when the portal refuses the token, or the token is of another portal', async () => {
    const body = sessionBody(rig.portal, rig.portal.openApp(sam))
    expect((await open({ ...body, authId: 'f'.repeat(70) })).status).toBe(401)
    const other = await rig.emulator.addPortal({ appUrl: rig.url })
    other.beginInstall()
    const foreign = other.openApp(sam)
    const { status, body: answer } = await open({ ...body, authId: foreign.body.AUTH_ID })
    expect(status).toBe(401)
    expect(answer.error).toEqual({ code: 'unauthorized', message: 'Bitte öffnen Sie Stagecue erneut aus Bitrix24.' })
  })

  it('is refused when the portal answers for another application', async () => {
    await rig.stagecue.db.updateTable('portal').set({ app_code: 'another.app' }).execute()
    expect((await open(sessionBody(rig.portal, rig.portal.openApp(sam)))).status).toBe(401)
    await rig.stagecue.db.updateTable('portal').set({ app_code: rig.emulator.appCode }).execute()
  })

  it('is answered 503 while the portal is down', async () => {
    const body = sessionBody(rig.portal, rig.portal.openApp(sam))
    rig.portal.faults.down = true
    const { status, body: answer } = await open(body)
    rig.portal.faults.down = false
    expect([status, answer.error.code]).toEqual([503, 'portal-unavailable'])
  })

  it('of a portal that was renamed is proven through the OAuth server', async () => {
    const portal = await installed()
    const before = portal.url
    await portal.act.renamePortal()
    expect(portal.url).not.toBe(before)
    expect((await open(sessionBody(portal, portal.openApp(admin)))).status).toBe(200)
    expect((await findPortal(rig.stagecue.db, portal.memberId))?.endpoint).toBe(`${portal.url}/rest/`)
  })

  it('does not take the application token of an employee', async () => {
    const body = sessionBody(rig.portal, rig.portal.openApp(sam))
    await open({ ...body, applicationToken: 'chosen by an employee' })
    expect((await findPortal(rig.stagecue.db, rig.portal.memberId))?.applicationToken).toBe(rig.portal.applicationToken)
  })

  it.each(['a\0b', 'x'.repeat(201), "' or '1"])(
    'does not take %j for one, whoever sends it',
    async (applicationToken) => {
      const body = sessionBody(rig.portal, rig.portal.openApp(admin))
      expect((await open({ ...body, applicationToken })).status).toBe(200)
      expect((await findPortal(rig.stagecue.db, rig.portal.memberId))?.applicationToken).toBe(
        rig.portal.applicationToken,
      )
    },
  )

  it('names every wrong field', async () => {
    const { status, body } = await open({ memberId: "1' OR '1", authId: '', spy: 1 })
    expect(status).toBe(422)
    expect(Object.keys(body.error.fields).toSorted()).toEqual(['authId', 'memberId', 'spy'])
    expect((await open([])).status).toBe(400)
    const broken = await send(`${rig.url}/api/session`, { method: 'POST', body: '{"memberId":' })
    expect([broken.status, broken.body.error.code]).toEqual([400, 'bad-request'])
  })
})

describe('a session of an unknown portal', () => {
  const asNow = onlyAt({ frameParams2026: 'yes' })
  it('makes the portal known by what the OAuth server says, not by what the frame says', asNow, async () => {
    const portal = await rig.emulator.addPortal({ appUrl: rig.url })
    const frame = portal.beginInstall()
    const { status, body } = await open({ ...sessionBody(portal, frame), domain: 'evil.example' })
    expect(status).toBe(200)
    expect(body.portal).toEqual({ memberId: portal.memberId, domain: portal.domain, installed: false })
    expect(body.user).toMatchObject({ id: admin, admin: true })
    expect(await findPortal(rig.stagecue.db, portal.memberId)).toMatchObject({
      endpoint: `${portal.url}/rest/`,
      oauthServer: rig.emulator.oauthUrl,
      appCode: rig.emulator.appCode,
      applicationToken: portal.applicationToken,
      status: 'known',
      lang: 'de',
    })
    const access = await stored(portal, admin)
    expect(access?.refreshToken).not.toBe(frame.body.REFRESH_ID)
    // The page is loaded again: its own refresh token is used up by now.
    expect((await open(sessionBody(portal, frame))).status).toBe(200)
    expect((await stored(portal, admin))?.refreshToken).toBe(access?.refreshToken)
  })

  it('works from portals that name no OAuth server: the first one is asked', async () => {
    const portal = await rig.emulator.addPortal({ appUrl: rig.url, switches: { frameParams2026: 'no' } })
    const frame = portal.beginInstall()
    expect(frame.body.SERVER_ENDPOINT).toBeUndefined()
    expect((await open(sessionBody(portal, frame))).status).toBe(200)
  })

  it('works when two pages open at once', async () => {
    const portal = await rig.emulator.addPortal({ appUrl: rig.url })
    const body = sessionBody(portal, portal.beginInstall())
    const answers = await Promise.all([open(body), open(body)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })

  it('sends nothing to an OAuth server that is not ours, and needs a refresh token', async () => {
    const portal = await rig.emulator.addPortal({ appUrl: rig.url })
    const body = sessionBody(portal, portal.beginInstall())
    const before = rig.emulator.refreshes.length
    expect((await open({ ...body, serverEndpoint: 'http://127.0.0.1:9/rest/' })).status).toBe(401)
    expect((await open({ ...body, serverEndpoint: 'nonsense' })).status).toBe(401)
    expect((await open({ ...body, refreshId: undefined })).status).toBe(401)
    expect(rig.emulator.refreshes.length).toBe(before)
    expect(portal.requests).toEqual([])
    expect(await findPortal(rig.stagecue.db, portal.memberId)).toBeNull()
  })

  it('is refused when the OAuth server names another portal', async () => {
    const [one, two] = [
      await rig.emulator.addPortal({ appUrl: rig.url }),
      await rig.emulator.addPortal({ appUrl: rig.url }),
    ]
    const body = sessionBody(one, two.beginInstall())
    expect((await open(body)).status).toBe(401)
    expect(await findPortal(rig.stagecue.db, one.memberId)).toBeNull()
    expect(await findPortal(rig.stagecue.db, two.memberId)).toBeNull()
  })

  it('goes on where it broke off when the portal could not be asked: the refresh token is used up', async () => {
    const portal = await rig.emulator.addPortal({ appUrl: rig.url })
    const body = sessionBody(portal, portal.beginInstall())
    portal.faults.next({ method: 'profile', kind: 'status', status: 401, body: { error: 'CONNECTION_ERROR' } })
    expect((await open(body)).status).toBe(503)
    expect((await open(body)).status).toBe(200)
  })

  it('is answered 503 while the OAuth server is down', async () => {
    const portal = await rig.emulator.addPortal({ appUrl: rig.url })
    const body = sessionBody(portal, portal.beginInstall())
    rig.emulator.oauthFaults.down = true
    const { status } = await open(body)
    rig.emulator.oauthFaults.down = false
    expect(status).toBe(503)
  })
})

describe('the bearer token', () => {
  const encryptionKeys = [
    { id: 'b', key: Buffer.alloc(32, 2) },
    { id: 'a', key: Buffer.alloc(32, 1) },
  ]
  const keys = { encryptionKeys, publicUrl: 'https://stagecue.example' }
  const now = new Date('2026-08-01T12:00:00.000Z')
  const expiresAt = new Date('2026-08-01T13:00:00.000Z')
  const claims = { portal: 'p1', userId: 15, sid: 's1', language: 'de', expiresAt }

  it('says whose it is until it expires', async () => {
    const token = await signToken(keys, claims)
    expect(await verifyToken(keys, token, now)).toEqual(claims)
    expect(await verifyToken(keys, token, claims.expiresAt)).toBeNull()
  })

  it('survives a new key and dies with the old one', async () => {
    const token = await signToken({ ...keys, encryptionKeys: encryptionKeys.slice(1) }, claims)
    expect(await verifyToken(keys, token, now)).toEqual(claims)
    expect(await verifyToken({ ...keys, encryptionKeys: encryptionKeys.slice(0, 1) }, token, now)).toBeNull()
  })

  it('serves at one address only', async () => {
    const token = await signToken({ ...keys, publicUrl: 'https://trial.example' }, claims)
    expect(await verifyToken(keys, token, now)).toBeNull()
  })

  it('that was changed is none of ours', async () => {
    const [header = '', text = '', signature = ''] = (await signToken(keys, claims)).split('.')
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const other = encode({ ...JSON.parse(Buffer.from(text, 'base64url').toString()), sub: '1' })
    const unsigned = encode({ alg: 'none' })
    for (const token of [
      '',
      '.',
      text,
      `${header}.${text}`,
      `${header}.${other}.${signature}`,
      `${unsigned}.${other}.`,
      `${unsigned}.${other}.${signature}`,
      `${encode({ alg: 'HS256', kid: 'nobody' })}.${text}.${signature}`,
      `${encode({ alg: 'HS256' })}.${text}.${signature}`,
      `${header}.${text}.${signature}.x`,
      `${header}.${text}.`,
      `${header}.${text}.AAAA`,
    ]) {
      expect(await verifyToken(keys, token, now), token).toBeNull()
    }
  })

  it('is asked for by every other call', async () => {
    for (const [method, path] of [
      ['GET', '/api/kinds'],
      ['POST', '/api/install'],
      ['DELETE', '/api/access/me'],
    ] as const) {
      for (const authorization of ['', 'Bearer', 'Bearer x.y', 'Bearer \u00e9.\u00e9.\u00e9', 'Basic abc']) {
        const { status, body } = await send(rig.url + path, {
          method,
          headers: { authorization, 'accept-language': 'ru' },
        })
        expect([status, body.error.message]).toEqual([401, 'Откройте Stagecue заново из Битрикс24.'])
      }
    }
  })

  it('is worth nothing once the access is withdrawn or the app is gone', async () => {
    const api = await rig.as(SEED.users.ines)
    expect((await api('GET', '/api/kinds')).status).toBe(200)
    expect((await api('DELETE', '/api/access/me')).status).toBe(204)
    expect(await stored(rig.portal, SEED.users.ines)).toBeNull()
    expect((await api('GET', '/api/kinds')).status).toBe(401)
  })

  it('gives no more than the store says at the moment of the call', async () => {
    const api = await rig.as(SEED.users.deputy)
    expect((await api('GET', '/api/settings')).status).toBe(200)
    await rig.stagecue.db.updateTable('access').set({ is_admin: 0 }).where('user_id', '=', SEED.users.deputy).execute()
    expect((await api('GET', '/api/settings')).status).toBe(403)
  })
})

/** One more portal, with the app installed. */
async function installed(): Promise<Portal> {
  const portal = await rig.emulator.addPortal({ appUrl: rig.url, eventDelayMs: [0, 20] })
  const { body } = await open(sessionBody(portal, portal.beginInstall()))
  const headers = { authorization: `Bearer ${body.token}` }
  const done = await send(`${rig.url}/api/install`, { method: 'POST', headers, body: { delegate: false } })
  expect(done.body.ready).toBe(true)
  portal.finishInstall()
  return portal
}
