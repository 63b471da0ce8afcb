import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'
import { clickLink } from '../../tracked-link.ts'

const { users, types, deals } = SEED
const target = 'https://acme.example/offer'

describe('POST /api/links', () => {
  let rig: Rig
  let admin: Api
  beforeAll(async () => {
    rig = await startRig()
    admin = await rig.as(users.admin)
    await admin('PUT', '/api/settings', { delegate: false, managers: [users.ines], paused: false, journalDays: 90 })
  })
  afterAll(() => rig.stop())

  const link = async (api: Api, change = {}) =>
    api('POST', '/api/links', { entityTypeId: types.deal, itemId: deals.kim, target, ...change })
  const asked = async (userId: number, change = {}) => (await link(await rig.as(userId), change)).status

  it('makes a link that leads to its target', async () => {
    const { status, body } = await link(admin)
    expect(status).toBe(201)
    expect(body.url).toMatch(/\/l\/[\w-]+$/)
    expect((await clickLink(body.url)).headers.get('location')).toBe(target)
  })

  it('is counted by the host that it leads to, for whoever has to stop some', async () => {
    for (const path of ['one?customer=kim', 'two']) await link(admin, { target: `https://Shop.example:8080/${path}` })
    const { status, body } = await admin('GET', '/api/links')
    expect(status).toBe(200)
    expect(body.entries).toContainEqual({ host: 'shop.example:8080', made: 2, lastAt: expect.any(String) })
    expect(JSON.stringify(body)).not.toContain('kim')
  })

  it.each([
    ['a manager', users.ines, 201],
    ['the responsible person', users.sam, 201],
    ['an employee who may only read the item', users.readOnly, 403],
    ['an employee who may not even read it', users.ownOnly, 404],
  ])('is for managers and the responsible person: %s', async (_, userId, status) => {
    expect(await asked(userId)).toBe(status)
  })

  it.each([
    ['there is none', { itemId: 999_999 }],
    ['the type is unknown', { entityTypeId: 999 }],
    ['it is a contact, which has no stages', { entityTypeId: 3, itemId: SEED.contacts.kim }],
  ])('says 404 when %s', async (_, change) => {
    expect((await link(admin, change)).status).toBe(404)
  })

  it('links every kind of item', async () => {
    const items = [
      [types.lead, SEED.leads.noa],
      [types.estimate, SEED.estimates.kim],
      [types.invoice, SEED.invoices.kim],
      [types.request, SEED.requests.kim],
    ]
    for (const [entityTypeId, itemId] of items) expect((await link(admin, { entityTypeId, itemId })).status).toBe(201)
  })

  it.each(['javascript:alert(1)', 'ftp://acme.example', 'data:text/html,x', 'acme.example', '', 'https://a b'])(
    'refuses %s',
    async (bad) => {
      const { status, body } = await link(admin, { target: bad })
      expect([status, Object.keys(body.error.fields)]).toEqual([422, ['target']])
    },
  )

  it.each([{ itemId: 0 }, { itemId: '31' }, { entityTypeId: 1.5 }, { target: 7 }, { more: 1 }])(
    'refuses %o',
    async (change) => {
      expect((await link(admin, change)).status).toBe(422)
    },
  )

  it('wants a session', async () => {
    const response = await fetch(`${rig.url}/api/links`, { method: 'POST' })
    expect(response.status).toBe(401)
  })
})
