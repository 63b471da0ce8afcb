import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, lines, forms, channels, deals, contacts, types } = SEED

let rig: Rig
let activityId = 0
const deal = `${types.deal}:${deals.kim}`
const sessions = new Map<number, Api>()
const ask = async (userId: number, query: string) => {
  const session = sessions.get(userId) ?? (await rig.as(userId))
  sessions.set(userId, session)
  return session('GET', `/api/names?${query}`)
}
const names = async (userId: number, query: string) => (await ask(userId, query)).body

beforeAll(async () => {
  rig = await startRig()
  await rig.addTrigger({ kind: 'call-missed' })
  rig.portal.act.callIn({ result: 'missed' })
  await rig.settled()
  const admin = await rig.as(users.admin)
  const [entry] = (await admin('GET', '/api/journal')).body.entries
  activityId = entry.story.activityId
})
afterAll(() => rig.stop())

describe('GET /api/names', () => {
  test('tells employees, lines, forms, channels and fields by name, also to employees', async () => {
    const query = `users=${users.ines},${users.dismissed}&lines=${lines.cloud}&forms=${forms.callback}&channels=${channels.sales}`
    const told = await names(users.sam, `${query}&fields=2:opportunity,2:nothing`)
    expect(told.users).toEqual({ [users.ines]: 'Ines Seller', [users.dismissed]: expect.any(String) })
    expect(told.lines).toEqual({ [lines.cloud]: 'Sales SIP' })
    expect(told.forms).toEqual({ [forms.callback]: expect.any(String) })
    expect(told.channels).toEqual({ [channels.sales]: expect.any(String) })
    expect(told.fields).toEqual({ '2:opportunity': 'Amount' })
  })

  test('tells triggers by name, deleted ones too, but none of another portal', async () => {
    const gone = await rig.addTrigger({ name: 'Gone by now' })
    const admin = await rig.as(users.admin)
    await admin('DELETE', `/api/triggers/${gone.id}`)
    const { triggers } = await names(users.sam, `triggers=${gone.id},99999`)
    expect(triggers).toEqual({ [gone.id]: 'Gone by now' })
  })

  test('tells items with stage, pipeline and client, and whose activity it was, in two requests', async () => {
    await names(users.admin, `items=${deal}`)
    const before = rig.portal.requests.length
    const told = await names(users.admin, `items=${deal}&activities=${activityId}`)
    expect(rig.portal.requests.length - before).toBe(2)
    const client = { entityTypeId: 3, id: contacts.kim, name: 'Kim Client' }
    expect(told.items[deal]).toEqual({ title: expect.any(String), stageId: 'C4:PREPARATION', categoryId: 4, client })
    expect(told.activities[activityId]).toEqual({ client, address: SEED.phones.kim, owner: expect.any(Object) })
  })

  test('reads with the access of whoever asks: what the portal does not show is left out', async () => {
    const asked = `items=${deal},3:${contacts.kim}&activities=${activityId}`
    expect(await names(users.noCrm, asked)).toMatchObject({ items: {}, activities: {} })
    expect(await names(users.readOnly, asked)).toMatchObject({
      items: { [deal]: {} },
      activities: { [activityId]: {} },
    })
  })

  test('knows nothing of what there is not, and asks nobody for nothing', async () => {
    const before = rig.portal.requests.length
    expect(await names(users.admin, '')).toEqual({
      users: {},
      triggers: {},
      lines: {},
      forms: {},
      channels: {},
      fields: {},
      values: {},
      items: {},
      activities: {},
    })
    expect(rig.portal.requests.length).toBe(before)
    expect((await names(users.admin, 'items=2:999999&activities=999999&lines=none')).items).toEqual({})
  })

  test('has no names while the portal is silent, and does not fail for it', async () => {
    rig.portal.faults.down = true
    expect(await names(users.admin, `items=${deal}&users=${users.ownOnly}`)).toMatchObject({ items: {}, users: {} })
    rig.portal.faults.down = false
  })

  test.each(['users=x', 'items=31', 'fields=opportunity', `activities=${Array(51).fill(1)}`])(
    'refuses %s',
    async (query) => {
      expect((await ask(users.admin, query)).status).toBe(422)
    },
  )
})
