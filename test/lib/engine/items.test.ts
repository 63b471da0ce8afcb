import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Item, SEED } from '../../portal/index.ts'
import { onlyAt } from '../../positions/only-at.ts'
import { afterFirstRound, beginScene, company, contact, daysAgo, moved, type Scene } from './scene.ts'

const { users, types, pipelines, contacts, companies } = SEED

/** Which items move (`triggers.md`); the client's own are in `items-of-client.test.ts`. Each group has a portal of its own. */
/** Triggers on a smart process without stages are refused. */
const withStages = onlyAt({ stagesOff: 'no' })

describe('which items move', () => {
  let scene: Scene

  describe('1. items of the trigger’s type that the happening is bound to', () => {
    beforeAll(async () => {
      scene = await beginScene()
    })
    afterAll(() => scene.end())

    type Case = [what: string, entityTypeId: number, categoryId: number | null, id: number, from: string, to: string]
    const cases: Case[] = [
      ['a lead', types.lead, null, SEED.leads.noa, 'NEW', 'UC_CALLED'],
      ['a deal of the general pipeline', types.deal, pipelines.general, SEED.deals.lee, 'NEW', 'PREPARATION'],
      ['a deal of another pipeline', types.deal, pipelines.partners, SEED.deals.kim, 'C4:NEW', 'C4:UC_OFFER'],
      ['an estimate', types.estimate, null, SEED.estimates.kim, 'DRAFT', 'SENT'],
      ['an invoice', types.invoice, pipelines.invoices, SEED.invoices.kim, 'DT31_5:N', 'DT31_5:S'],
    ]
    const ofSmartProcess: Case[] = [
      ['a smart process', types.request, pipelines.requests, SEED.requests.kim, 'DT177_9:NEW', 'DT177_9:CLIENT'],
      ['one of its others', types.request, pipelines.warranty, SEED.requests.lee, 'DT177_10:NEW', 'DT177_10:CLIENT'],
    ]
    const moves = async (...[_, entityTypeId, categoryId, id, from, stageId]: Case) => {
      const item = { entityTypeId, id }
      expect(await scene.mail({ entityTypeId, categoryId, stageId }, [item])).toEqual([moved(item, from, stageId)])
      expect(scene.rig.portal.world.timeline.at(-1)).toMatchObject({ entityTypeId, entityId: id, authorId: users.sam })
    }
    test.each(cases)('%s moves, and its timeline says why', moves)
    test.each(ofSmartProcess)('%s moves, and its timeline says why', withStages, moves)

    test('of several bound to one happening all move, in one go', async () => {
      const deals = [scene.deal(), scene.deal()]
      expect(await scene.mail({}, deals)).toEqual(deals.map((one) => moved(one)))
    })

    test('the newest created only', async () => {
      const [old, newest, older] = [scene.deal(), scene.deal(), scene.deal()].map((one, index) =>
        Object.assign(one, { createdTime: daysAgo([3, 1, 2][index] ?? 0) }),
      ) as [Item, Item, Item]
      expect(await scene.mail({ whenSeveral: 'newest' }, [old, newest, older])).toEqual(
        [`2:${old.id} skipped several`, moved(newest), `2:${older.id} skipped several`].sort(),
      )
    })

    test('none', async () => {
      const deals = [scene.deal(), scene.deal()]
      expect(await scene.mail({ whenSeveral: 'none' }, deals)).toEqual(deals.map(({ id }) => `2:${id} skipped several`))
    })

    test('items that its guards stop, or of another pipeline, are not counted as several', async () => {
      const [free, there, won, other] = [
        scene.deal(),
        scene.deal({ stageId: 'C4:PREPARATION' }),
        scene.deal({ stageId: 'C4:WON' }),
        scene.deal({ categoryId: 0, stageId: 'NEW' }),
      ]
      expect(await scene.mail({ whenSeveral: 'none' }, [other, won, there, free])).toEqual(
        [
          moved(free),
          `2:${there.id} skipped already-there`,
          `2:${won.id} skipped closed`,
          `2:${other.id} skipped other-pipeline`,
        ].sort(),
      )
    })

    test('only from stages: others stay', async () => {
      const [from, elsewhere] = [scene.deal({ stageId: 'C4:UC_VISIT' }), scene.deal()]
      const trigger = { stageId: 'C4:UC_CONTRACT', fromStages: ['C4:UC_VISIT', 'C4:UC_OFFER'] }
      Object.assign(from, { opportunity: 1 })
      expect(await scene.mail(trigger, [from, elsewhere])).toEqual(
        [moved(from, 'C4:UC_VISIT', 'C4:UC_CONTRACT'), `2:${elsewhere.id} skipped from-stage`].sort(),
      )
    })

    test('more bindings than one request looks through: all move', async () => {
      const deals = Array.from({ length: 9 }, () => scene.deal())
      const bindings = [contact(contacts.kim), company(companies.client), ...deals]
      expect(await scene.mail({}, bindings)).toEqual(deals.map((one) => moved(one)).sort())
    })

    test('items of other types are left alone', async () => {
      const one = scene.deal()
      const request = { entityTypeId: types.request, id: SEED.requests.kim }
      expect(await scene.mail({}, [request, one])).toEqual([moved(one)])
    })

    test('each type’s triggers move the items of their type', async () => {
      const one = scene.deal()
      const estimate = scene.rig.portal.act.createItem({ entityTypeId: types.estimate })
      await scene.rig.addTrigger({ entityTypeId: types.estimate, categoryId: null, stageId: 'SENT' })
      expect(await scene.mail({}, [one, estimate])).toEqual([moved(one), moved(estimate, 'DRAFT', 'SENT')].sort())
    })
  })

  describe('2. nothing of the type bound yet', () => {
    beforeAll(async () => {
      scene = await beginScene()
    })
    afterAll(() => scene.end())

    test('is looked for again, whatever else is bound', async () => {
      const one = scene.deal()
      const news = await scene.story({ kind: 'email-incoming' }, () => {
        const { activityId } = scene.rig.portal.act.receiveMail({ bindings: [contact(contacts.max)] })
        setTimeout(() => scene.rig.portal.act.bindActivity(activityId, [one]), 400)
      })
      expect(news).toEqual([moved(one)])
    })

    test('and not found in the end: no item', async () => {
      expect(await scene.mail({}, [contact(contacts.max)])).toEqual(['no item skipped no-item'])
    })
  })

  describe('4. an item in another pipeline', () => {
    beforeAll(async () => {
      scene = await beginScene()
    })
    afterAll(() => scene.end())

    test('stays, and the journal says so', async () => {
      const other = scene.deal({ categoryId: 0, stageId: 'NEW' })
      expect(await scene.mail({}, [other])).toEqual([`2:${other.id} skipped other-pipeline`])
    })

    test('of a smart process too', withStages, async () => {
      const lees = { entityTypeId: types.request, id: SEED.requests.lee }
      const trigger = { entityTypeId: types.request, categoryId: pipelines.requests, stageId: 'DT177_9:CLIENT' }
      expect(await scene.mail(trigger, [lees])).toEqual([`177:${lees.id} skipped other-pipeline`])
    })
  })

  describe('a reference that leads nowhere', () => {
    beforeAll(async () => {
      scene = await beginScene()
    })
    afterAll(() => scene.end())

    test('a bound deal moves with the second request', async () => {
      const one = scene.deal()
      await afterFirstRound(scene.rig)
      let before = 0
      const news = await scene.story({ kind: 'email-incoming' }, () => {
        before = scene.rig.portal.requests.length
        scene.rig.portal.act.receiveMail({ bindings: [one] })
      })
      expect(news).toEqual([moved(one)])
      const requests = scene.rig.portal.requests.slice(before).map(({ methods }) => methods.includes('crm.item.update'))
      expect(requests.slice(0, 2)).toEqual([false, true])
    })

    test('so does the deal of a call whose activity the event does not name', async () => {
      const one = scene.deal()
      scene.rig.portal.switches.callActivityId = 'empty'
      const bindings = [one, contact(contacts.kim)]
      const news = await scene.call({ viaClient: true }, bindings)
      scene.rig.portal.switches.callActivityId = 'present'
      expect(news).toHaveLength(1)
      expect(news[0]).toMatch(/ moved C4:NEW>C4:PREPARATION /)
    })

    test('a bound client without items: no item', async () => {
      expect(await scene.call({ viaClient: true }, [contact(contacts.max)])).toEqual(['no item skipped no-item'])
    })
  })

  describe('what cannot be a target is refused', () => {
    beforeAll(async () => {
      scene = await beginScene()
    })
    afterAll(() => scene.end())
    const faultsOf = async (place: Record<string, unknown>) => {
      const admin = await scene.rig.as(users.admin)
      const { status, body } = await admin('POST', '/api/triggers', { kind: 'email-incoming', ...place })
      expect(status).toBe(422)
      return Object.keys(body.error.fields)
    }

    test.each([
      ['an item type without stages', { entityTypeId: types.asset, categoryId: 11, stageId: 'NEW' }, 'entityTypeId'],
      ['a type that does not exist', { entityTypeId: 999, categoryId: 1, stageId: 'NEW' }, 'entityTypeId'],
      ['contacts', { entityTypeId: 3, stageId: 'NEW' }, 'entityTypeId'],
      ['a pipeline of another type', { entityTypeId: types.deal, categoryId: 9, stageId: 'DT177_9:NEW' }, 'categoryId'],
      ['a deal without pipeline', { entityTypeId: types.deal, stageId: 'NEW' }, 'categoryId'],
      ['a stage of another pipeline', { entityTypeId: types.deal, categoryId: 4, stageId: 'PREPARATION' }, 'stageId'],
      ['a stage that does not exist', { entityTypeId: types.deal, categoryId: 4, stageId: 'C4:NONE' }, 'stageId'],
      ['the conversion of leads', { entityTypeId: types.lead, stageId: 'CONVERTED' }, 'stageId'],
    ])('%s', async (_, place, fault) => {
      expect(await faultsOf(place)).toEqual([fault])
    })
  })
})
