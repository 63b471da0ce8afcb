import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPortalClients } from '../../../lib/bitrix24/client/clients.ts'
import { SEED } from '../../portal/index.ts'
import { type SetUp, serve, setUp } from './set-up.ts'

const { users } = SEED

let world: SetUp
beforeEach(async () => {
  world = await setUp()
})
afterEach(() => world.stop())

const token = (userId: number) => world.portal.openApp(userId).body.AUTH_ID ?? ''
const at = () => ({ memberId: world.portal.memberId, endpoint: `${world.portal.url}/rest/` })

describe('a bare access token', () => {
  it('is proven in one request, without anything stored', async () => {
    expect(await world.clients.verify(at(), token(users.sam))).toEqual({
      userId: users.sam,
      name: 'Sam Seller',
      admin: false,
      appCode: world.emulator.appCode,
      installed: true,
      version: expect.any(Number),
      paymentExpired: false,
      lang: 'en',
    })
    expect(await world.clients.verify(at(), token(users.admin))).toMatchObject({ userId: users.admin, admin: true })
    expect(world.portal.requests.map(({ methods }) => methods)).toEqual([
      ['profile', 'app.info'],
      ['profile', 'app.info'],
    ])
    expect(await world.db.selectFrom('access').selectAll().execute()).toEqual([])
  })

  it.each([
    ['is made up', () => 'nonsense', undefined],
    ['is expired', () => token(users.sam), () => world.portal.expireTokens()],
    ['belongs to somebody dismissed', () => token(users.sam), () => world.portal.act.dismissUser(users.sam)],
  ])('that %s is refused, and nothing is refreshed', async (_, make, before) => {
    const given = make()
    before?.()
    await expect(world.clients.verify(at(), given)).rejects.toMatchObject({ name: 'AccessRevokedError' })
    expect(world.emulator.refreshes).toHaveLength(0)
  })

  it('is not proven while the portal is silent', async () => {
    const clients = createPortalClients({ ...world.deps, portalTimeoutMs: 300 })
    world.portal.faults.next({ kind: 'silent' })
    await expect(clients.verify(at(), token(users.sam))).rejects.toMatchObject({ name: 'PortalUnavailableError' })
    await clients.close()
  })

  it('is shown to no address that is not allowed', async () => {
    const clients = createPortalClients({ ...world.deps, config: { ...world.deps.config, allowPrivate: false } })
    await expect(clients.verify(at(), 'token')).rejects.toMatchObject({
      name: 'RejectedError',
      code: 'ADDRESS_REFUSED',
    })
    expect(world.portal.requests).toHaveLength(0)
    await clients.close()
  })

  it.each([
    ['an empty profile', { profile: [], app: { CODE: 'x' } }, {}, 'AccessRevokedError'],
    ['no application', { profile: { ID: '7', ADMIN: true }, app: {} }, {}, 'PortalUnavailableError'],
    ['another context', { profile: { ID: '7' } }, { app: { error: 'ACCESS_DENIED' } }, 'ForbiddenError'],
  ])('proves nothing with %s', async (_, result, result_error, name) => {
    const odd = await serve((_request, response) => response.end(JSON.stringify({ result: { result, result_error } })))
    const asked = world.clients.verify({ ...at(), endpoint: `${odd.url}/rest/` }, 'token')
    await expect(asked).rejects.toMatchObject({ name })
    await odd.close()
  })
})
