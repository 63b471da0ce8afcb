import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { type SetUp, serve, setUp } from './set-up.ts'

const { users, deals, types } = SEED
const move = {
  method: 'crm.item.update',
  params: { entityTypeId: types.deal, id: deals.kim, fields: { stageId: 'C4:PREPARATION' } },
}

let world: SetUp
beforeEach(async () => {
  world = await setUp()
  await world.open(users.sam)
})
afterEach(() => world.stop())

const as = (userId: number) => world.clients.as(world.portal.memberId, userId, 'work')
const address = () => world.db.selectFrom('portal').select(['endpoint', 'domain']).executeTakeFirstOrThrow()

describe('a portal that was renamed', () => {
  it('is found through the OAuth server, stored, and asked again there, once', async () => {
    const client = await as(users.sam)
    await world.portal.act.renamePortal()
    const { results } = await client.batch({ move })
    expect(results.move).toMatchObject({ ok: true, result: { item: { stageId: 'C4:PREPARATION' } } })
    expect(world.emulator.refreshes).toHaveLength(1)
    expect(world.portal.requests).toHaveLength(1)
    expect(await address()).toEqual({ endpoint: `${world.portal.url}/rest/`, domain: world.portal.domain })
  })

  it('costs other users no refresh', async () => {
    await world.open(users.ines)
    const ines = await as(users.ines)
    await world.portal.act.renamePortal()
    await (await as(users.sam)).call('profile')
    expect((await ines.call('profile')).result).toMatchObject({ ID: String(users.ines) })
    expect(world.emulator.refreshes).toHaveLength(1)
  })
})

describe('a redirect that the OAuth server does not confirm', () => {
  it('is not followed: no request and no token reach the other address', async () => {
    const thief = await serve((_, response) => response.end('{}'))
    const old = await serve((_, response) => response.writeHead(302, { location: `${thief.url}/rest/` }).end())
    try {
      await world.db
        .updateTable('portal')
        .set({ endpoint: `${old.url}/rest/` })
        .execute()
      // The OAuth server goes on naming the portal's real address, which is the one that counts.
      expect((await (await as(users.sam)).call('profile')).ok).toBe(true)
      expect(thief.seen).toHaveLength(0)
      expect(await address()).toMatchObject({ endpoint: `${world.portal.url}/rest/` })
    } finally {
      await Promise.all([thief.close(), old.close()])
    }
  })

  it('to where the portal already is, is asked about once a minute only', async () => {
    world.portal.faults.next({ kind: 'html', status: 302, times: 3 })
    const client = await as(users.sam)
    for (let n = 0; n < 3; n++)
      await expect(client.call('profile')).rejects.toMatchObject({ name: 'PortalUnavailableError' })
    expect(world.emulator.refreshes).toHaveLength(1)
  })
})
