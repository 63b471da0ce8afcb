import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Item, SEED } from '../../portal/index.ts'
import { onlyAt } from '../../positions/only-at.ts'
import { beginScene, daysAgo, moved, type Scene } from './scene.ts'

const { types, pipelines } = SEED

/** `triggers.md`, "Which items move", rule 3. Looks for late bindings are over soon. Each group has a portal of its own. */
/** Without a client field nothing of a client is found in a smart process (`broken-triggers.test.ts`). */
const withClients = onlyAt({ clientFieldOff: 'no' })

describe('which items move', () => {
  let scene: Scene

  /** A client of his own for each test, with deals: [days since created, stage, more]. */
  const client = (deals: [number, string, Partial<Item>?][], kind: 'contact' | 'company' = 'contact') => {
    const entityTypeId = kind === 'contact' ? 3 : 4
    const person = scene.rig.portal.act.createItem({ entityTypeId })
    const ref = { entityTypeId, id: person.id }
    const items = deals.map(([days, stageId, more]) => {
      const categoryId = stageId.startsWith('C4:') ? 4 : 0
      const ofClient = kind === 'contact' ? { contactIds: [person.id] } : { companyId: person.id }
      const created = scene.rig.portal.act.createItem(
        { entityTypeId: 2, categoryId, stageId, ...ofClient, ...more },
        { at: daysAgo(days) },
      )
      return created
    })
    return { ref, items: items as [Item, Item, Item, Item] }
  }
  const viaClient = { viaClient: true }

  describe('3. the newest open item of the client', () => {
    beforeAll(async () => {
      scene = await beginScene({ env: { LATE_BINDING_SECONDS: '0.05,0.1,0.15' } })
    })
    afterAll(() => scene.end())

    test('moves, never more than one, closed ones and other pipelines left aside', async () => {
      const { ref, items } = client([
        [3, 'C4:NEW'],
        [2, 'C4:NEW'],
        [1, 'C4:WON'],
        [0, 'NEW'],
      ])
      expect(await scene.call({ ...viaClient, whenSeveral: 'all' }, [ref])).toEqual([moved(items[1])])
    })

    test('of the contact before that of the company, even if older', async () => {
      const person = client([[5, 'C4:NEW']])
      const firm = client([[1, 'C4:NEW']], 'company')
      expect(await scene.call(viaClient, [firm.ref, person.ref])).toEqual([moved(person.items[0])])
    })

    test('of the company, where the contact has none', async () => {
      const person = client([[1, 'C4:LOSE']])
      const firm = client([[1, 'C4:NEW']], 'company')
      expect(await scene.call(viaClient, [person.ref, firm.ref])).toEqual([moved(firm.items[0])])
    })

    test('of several contacts', async () => {
      const first = client([[2, 'C4:NEW']])
      const second = client([[1, 'C4:NEW']])
      const third = client([[3, 'C4:NEW']])
      expect(await scene.call(viaClient, [first.ref, second.ref, third.ref])).toEqual([moved(second.items[0])])
    })

    test('one that belongs to two of the contacts counts once', async () => {
      const first = client([])
      const second = client([[1, 'C4:NEW', { contactIds: [] }]])
      Object.assign(second.items[0], { contactIds: [first.ref.id, second.ref.id] })
      const trigger = { ...viaClient, whenSeveral: 'none' }
      expect(await scene.call(trigger, [first.ref, second.ref])).toEqual([moved(second.items[0])])
    })

    test('also of a contact that is the item’s second', async () => {
      const first = client([])
      const second = client([[1, 'C4:NEW', { contactIds: [] }]])
      Object.assign(second.items[0], { contactIds: [first.ref.id, second.ref.id] })
      expect(await scene.call(viaClient, [second.ref])).toEqual([moved(second.items[0])])
    })

    test('with “none” and several: several', async () => {
      const { ref, items } = client([
        [3, 'C4:NEW'],
        [2, 'C4:NEW'],
        [1, 'C4:NEW'],
      ])
      const newest = [items[1], items[2]].map(({ id }) => `2:${id} skipped several`)
      expect(await scene.call({ ...viaClient, whenSeveral: 'none' }, [ref])).toEqual(newest)
    })

    test('with “none” and one: that one', async () => {
      const { ref, items } = client([
        [3, 'C4:NEW'],
        [2, 'C4:WON'],
      ])
      expect(await scene.call({ ...viaClient, whenSeveral: 'none' }, [ref])).toEqual([moved(items[0])])
    })
  })

  describe('the client’s newest open item', () => {
    beforeAll(async () => {
      scene = await beginScene({ env: { LATE_BINDING_SECONDS: '0.05,0.1,0.15' } })
    })
    afterAll(() => scene.end())

    test('is not looked for where an item of the type is bound', async () => {
      const { ref } = client([[1, 'C4:NEW']])
      const bound = scene.deal({ stageId: 'C4:WON' })
      expect(await scene.call(viaClient, [ref, bound])).toEqual([`2:${bound.id} skipped closed`])
    })

    test('nor for e-mails about leads and deals, nor where the trigger does not look at clients', async () => {
      const { ref } = client([[1, 'C4:NEW']])
      scene.rig.portal.act.createItem({ entityTypeId: types.lead, contactIds: [ref.id] })
      const ofLeads = { entityTypeId: types.lead, categoryId: null, stageId: 'UC_CALLED' }
      expect(await scene.mail(viaClient, [ref])).toEqual(['no item skipped no-item'])
      expect(await scene.mail({ ...viaClient, ...ofLeads }, [ref])).toEqual(['no item skipped no-item'])
      expect(await scene.call({ viaClient: false }, [ref])).toEqual(['no item skipped no-item'])
    })

    test(
      'is looked for by default for smart processes, estimates and invoices, not for deals',
      withClients,
      async () => {
        const { ref } = client([[1, 'C4:NEW']])
        expect(await scene.call({}, [ref])).toEqual(['no item skipped no-item'])
        for (const [entityTypeId, categoryId, from, stageId] of [
          [types.request, pipelines.requests, 'DT177_9:NEW', 'DT177_9:CLIENT'],
          [types.estimate, null, 'DRAFT', 'SENT'],
          [types.invoice, pipelines.invoices, 'DT31_5:N', 'DT31_5:S'],
        ] as const) {
          const item = scene.rig.portal.act.createItem({ entityTypeId, contactIds: [ref.id] })
          expect(await scene.call({ entityTypeId, categoryId, stageId }, [ref])).toEqual([moved(item, from, stageId)])
        }
      },
    )

    test('is looked for where the client answers about an estimate by e-mail', async () => {
      const { ref } = client([])
      const estimate = scene.rig.portal.act.createItem({ entityTypeId: types.estimate, contactIds: [ref.id] })
      const trigger = { entityTypeId: types.estimate, categoryId: null, stageId: 'SENT' }
      expect(await scene.mail(trigger, [ref])).toEqual([moved(estimate, 'DRAFT', 'SENT')])
    })

    test('leads of a client are found too', async () => {
      const { ref } = client([])
      const lead = scene.rig.portal.act.createItem({ entityTypeId: types.lead, contactIds: [ref.id] })
      const trigger = { ...viaClient, entityTypeId: types.lead, categoryId: null, stageId: 'UC_CALLED' }
      expect(await scene.call(trigger, [ref])).toEqual([moved(lead, 'NEW', 'UC_CALLED')])
    })
  })
})
