import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, types } = SEED

let rig: Rig
let admin: Api
let later = 0
beforeEach(async () => {
  later = 0
  rig = await startRig({ clock: () => new Date(Date.now() + later) })
  admin = await rig.as(users.admin)
  await admin('PUT', '/api/settings', { managers: [users.ownOnly] })
  await rig.addTrigger({ kind: 'email-incoming' })
  rig.portal.act.receiveMail({ bindings: [{ entityTypeId: types.deal, id: deals.kim }] })
  await rig.settled()
})
afterEach(() => rig.stop())

const itemIn = async (api: Api) => (await api('GET', '/api/journal')).body.entries[0].item
const withoutTitle = { entityTypeId: types.deal, id: deals.kim }
const titleOf = (id: number) => rig.portal.world.items.get(`${types.deal}:${id}`)?.title
const asked = () => rig.portal.requests.length

describe('the title of an item in the journal', () => {
  it('is what the portal shows to who reads, and is stored nowhere', async () => {
    const title = titleOf(deals.kim) ?? expect.fail()
    expect(await itemIn(admin)).toEqual({ ...withoutTitle, title })
    const ownOnly = await rig.as(users.ownOnly)
    expect(await itemIn(ownOnly)).toEqual(withoutTitle)
    const { db } = rig.stagecue
    for (const table of ['decision', 'intent', 'occurrence', 'work', 'audit'] as const) {
      expect(JSON.stringify(await db.selectFrom(table).selectAll().execute()), table).not.toContain(title)
    }
  })

  it('costs one request for a page, and none again within a minute', async () => {
    const before = asked()
    await Promise.all([itemIn(admin), itemIn(admin), itemIn(admin)])
    expect(asked() - before).toBe(1)
    await itemIn(admin)
    expect(asked() - before).toBe(1)
    later = 61_000
    await itemIn(admin)
    expect(asked() - before).toBe(2)
  })

  it('is gone when the item is, and follows when the item is renamed', async () => {
    rig.portal.act.changeField({ entityTypeId: types.deal, id: deals.kim }, { title: 'Renamed' })
    expect(await itemIn(admin)).toEqual({ ...withoutTitle, title: 'Renamed' })
    rig.portal.act.deleteItem({ entityTypeId: types.deal, id: deals.kim })
    later = 61_000
    expect(await itemIn(admin)).toEqual(withoutTitle)
  })

  it('is missing while the portal is down, silent, or does not let this person ask', async () => {
    rig.portal.faults.down = true
    expect(await itemIn(admin)).toEqual(withoutTitle)
    rig.portal.faults.down = false
    later += 61_000
    rig.portal.faults.next({ method: 'crm.item.list', kind: 'silent' })
    expect(await itemIn(admin)).toEqual(withoutTitle)
    const ownOnly = await rig.as(users.ownOnly)
    rig.portal.faults.next({ method: 'crm.item.list', kind: 'refusal', body: { error: 'ACCESS_DENIED' } })
    expect(await itemIn(ownOnly)).toEqual(withoutTitle)
  })

  it('is searched in the portal, with the rights of who searches', async () => {
    const found = async (api: Api, search: string) =>
      (await api('GET', `/api/journal?search=${encodeURIComponent(search)}`)).body.entries.length
    expect(await found(admin, 'shop FOR kim')).toBe(1)
    expect(await found(admin, 'shop for lee')).toBe(0)
    expect((await admin('GET', '/api/journal/count?search=shop')).body).toMatchObject({ count: 1 })
    const ownOnly = await rig.as(users.ownOnly)
    expect(await found(ownOnly, 'shop for kim')).toBe(0)
    const before = asked()
    await found(admin, 'shop FOR kim')
    expect(asked() - before).toBe(0)
  })

  it('is searched in nothing where all triggers were deleted: the journal is still searched', async () => {
    for (const { id } of (await admin('GET', '/api/triggers')).body) await admin('DELETE', `/api/triggers/${id}`)
    const before = asked()
    const { status, body } = await admin('GET', `/api/journal?search=${deals.kim}`)
    expect([status, body.entries.length]).toEqual([200, 1])
    expect((await admin('GET', '/api/journal/count?search=nobody')).body).toMatchObject({ count: 0 })
    expect(asked() - before).toBe(1)
  })

  it('stands in what a rehearsal tells, too', async () => {
    const trigger = {
      kind: 'email-incoming',
      name: 'Tried',
      entityTypeId: types.deal,
      categoryId: 4,
      stageId: 'C4:WON',
    }
    const { body } = await admin('POST', '/api/triggers/rehearse', { trigger, item: withoutTitle })
    expect(body.entries[0].item).toEqual({ ...withoutTitle, title: titleOf(deals.kim) })
  })
})
