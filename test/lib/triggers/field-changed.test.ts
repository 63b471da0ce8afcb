import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../api.ts'
import { type ItemRef, SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'
import { afterFirstRound } from '../engine/scene.ts'

const { users, deals, types, pipelines } = SEED
const kimsDeal = { entityTypeId: types.deal, id: deals.kim }

/** Chosen fields of the item itself change (`triggers.md`, "Payments and fields"). Each group has a portal of its own. */
describe('Track field change', () => {
  let rig: Rig
  let told = 0
  const moved = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`
  const begin = async () => {
    rig = await startRig({ portal: { limits: { enabled: false } } })
    await rig.as(users.sam)
    told = 0
  }
  const end = () => rig.stop()
  const watch = async (fieldNames: string[], more: Record<string, unknown> = {}, becomes?: string) => {
    const fields = { fieldNames, ...(becomes === undefined ? {} : { becomes }) }
    const trigger = await rig.addTrigger({ kind: 'field-changed', fields, ...more })
    await rig.settled()
    return trigger
  }
  const change = async (fields: Record<string, unknown>, ref: ItemRef = kimsDeal) => {
    rig.portal.act.changeField(ref, fields)
    await rig.settled()
  }
  /** What the journal says since it was last asked. */
  const news = async () => {
    const story = await rig.story()
    const fresh = story.slice(told)
    told = story.length
    return fresh
  }
  const back = async (ref: ItemRef = kimsDeal) => {
    rig.portal.act.moveItem(ref, 'C4:NEW')
    await rig.settled()
  }
  /** A deal that was not moved before: the sixth move within ten minutes would be a loop. */
  const newDeal = async () => {
    const deal = rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: 4, opportunity: 10 })
    await rig.settled()
    return deal
  }
  const movedOf = (deal: ItemRef) => `2:${deal.id} moved C4:NEW>C4:PREPARATION by ${users.sam}`

  describe('on the amount of a deal', () => {
    beforeAll(async () => {
      await begin()
      await watch(['opportunity'])
    })
    afterAll(end)
    beforeEach(() => back())

    test('moves the deal when the amount changes', async () => {
      await change({ opportunity: 250 })
      expect(await news()).toEqual([moved])
    })

    test('the occurrence is keyed by item and moment, and names the fields only', async () => {
      const admin = await rig.as(users.admin)
      const { body } = await admin('GET', '/api/journal')
      const { at, ...occurrence } = body.entries[0].occurrence
      expect(occurrence).toEqual({
        kind: 'field-changed',
        key: `field-changed:2:${deals.kim}:${at}`,
        source: 'event',
        facts: { fields: 'opportunity' },
      })
    })

    test('leaves it when other fields change', async () => {
      await change({ title: 'Another name', ufCrmColour: 'red' })
      expect(await news()).toEqual([])
    })

    test('leaves it when the amount is written again as it is', async () => {
      await change({ opportunity: 250, title: 'Saved once more' })
      expect(await news()).toEqual([])
    })

    test('counts every change, also two within one second', async () => {
      const deal = await newDeal()
      await change({ opportunity: 300 }, deal)
      await back(deal)
      await change({ opportunity: 310 }, deal)
      expect(await news()).toEqual([movedOf(deal), movedOf(deal)])
    })

    test('a notice that comes twice counts once', async () => {
      const deal = await newDeal()
      rig.portal.switches.duplicateDelivery = 100
      await change({ opportunity: 320 }, deal)
      rig.portal.switches.duplicateDelivery = 0
      expect(await news()).toEqual([movedOf(deal)])
    })

    test('a deal of another pipeline is not followed', async () => {
      await change({ opportunity: 5 }, { entityTypeId: types.deal, id: deals.lee })
      await change({ opportunity: 6 }, { entityTypeId: types.deal, id: deals.lee })
      expect(await news()).toEqual([])
    })

    test('a new deal starts with what it holds when it is added', async () => {
      const deal = await newDeal()
      expect(await news()).toEqual([])
      await change({ opportunity: 11 }, deal)
      expect(await news()).toEqual([movedOf(deal)])
    })

    test('a deal that is first seen later sets its base and fires nothing', async () => {
      rig.portal.switches.lostDelivery = 100
      const deal = await newDeal()
      rig.portal.switches.lostDelivery = 0
      await change({ opportunity: 11 }, deal)
      expect(await news()).toEqual([])
      await change({ opportunity: 12 }, deal)
      expect(await news()).toEqual([movedOf(deal)])
    })

    test('one that comes back from another pipeline starts anew', async () => {
      const deal = await newDeal()
      rig.portal.act.moveItem(deal, 'NEW')
      await rig.settled()
      await change({ opportunity: 20 }, deal)
      rig.portal.act.moveItem(deal, 'C4:NEW')
      await rig.settled()
      expect(await news()).toEqual([])
      await change({ opportunity: 30 }, deal)
      expect(await news()).toHaveLength(1)
    })

    test('one that is gone when we look is left alone', async () => {
      const deal = await newDeal()
      rig.portal.act.changeField(deal, { opportunity: 1 })
      rig.portal.act.deleteItem(deal)
      await rig.settled()
      expect(await news()).toEqual([])
    })

    test('a change of a lead costs no request', async () => {
      await afterFirstRound(rig)
      const before = rig.portal.requests.length
      await change({ opportunity: 77 }, { entityTypeId: types.lead, id: SEED.leads.noa })
      expect(rig.portal.requests.length).toBe(before)
    })
  })

  test('a change costs two requests from notice to moved deal', async () => {
    await begin()
    await watch(['opportunity'])
    await afterFirstRound(rig)
    const before = rig.portal.requests.length
    rig.portal.switches.eventOrder = 'strict'
    await change({ opportunity: 250 })
    expect(await news()).toEqual([moved])
    // The move itself is told too: reading that the deal changed in nothing that is watched is the third.
    expect(rig.portal.requests.length - before).toBe(3)
    await end()
  })

  describe('becomes', () => {
    const custom = (name: string, type: 'double' | 'integer' | 'boolean' | 'string') => ({ name, title: name, type })
    const cases: [string, string, string, unknown, unknown][] = [
      ['a number, without trailing zeros', 'ufCrmShare', '0.50', 0.51, 0.5],
      ['a whole number', 'ufCrmCount', '2000', 200, 2000],
      ['yes as Y', 'ufCrmAgreed', 'Y', 'N', 'Y'],
      ['a truth as Y', 'ufCrmSure', 'Y', false, true],
      ['a list, sorted and joined by a comma', 'observers', '7,15,100', [7, 16], [100, 7, 15]],
      ['text, letter for letter', 'ufCrmColour', 'Blue', 'blue', 'Blue'],
      ['a moment, whatever its zone', 'ufCrmWhen', '2026-08-29T10:00:00Z', 'x', '2026-08-29T12:00:00+02:00'],
    ]
    beforeAll(async () => {
      await begin()
      const own = [custom('ufCrmShare', 'double'), custom('ufCrmCount', 'integer'), custom('ufCrmWhen', 'string')]
      const flags = [custom('ufCrmAgreed', 'boolean'), custom('ufCrmSure', 'boolean')]
      rig.portal.world.customFields.get(types.deal)?.push(...own, ...flags)
      for (const [, name, becomes] of cases) await watch([name, 'title'], {}, becomes)
    })
    afterAll(end)

    test.each(cases)('%s', async (_, name, _becomes, other, wanted) => {
      const deal = await newDeal()
      await change({ [name]: other }, deal)
      expect(await news()).toEqual([])
      await change({ [name]: wanted }, deal)
      expect(await news()).toEqual([movedOf(deal)])
    })

    test('any of the chosen fields may become it', async () => {
      const deal = await newDeal()
      await change({ title: 'Blue' }, deal)
      expect(await news()).toEqual([movedOf(deal)])
    })
  })

  describe('on the stage', () => {
    beforeAll(async () => {
      await begin()
      await watch(['stageId'], { stageId: 'C4:UC_CONTRACT' })
      await rig.addTrigger({ kind: 'email-incoming' })
    })
    afterAll(end)

    test('a move by Stagecue itself fires nothing', async () => {
      rig.portal.act.receiveMail()
      await rig.settled()
      expect(await news()).toEqual([moved])
    })

    test('nor does one whose answer was lost', async () => {
      const deal = await newDeal()
      rig.portal.faults.next({ method: 'crm.item.update', kind: 'reset', when: 'after' })
      rig.portal.act.receiveMail({ bindings: [deal] })
      await rig.settled()
      expect(await news()).toEqual([movedOf(deal)])
    })

    test('a move by a person does', async () => {
      const deal = rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: 4, opportunity: 10 })
      await rig.settled()
      rig.portal.act.moveItem(deal, 'C4:UC_VISIT', { userId: users.ines })
      await rig.settled()
      expect(await news()).toEqual([`2:${deal.id} moved C4:UC_VISIT>C4:UC_CONTRACT by ${users.sam}`])
    })
  })

  describe('the base', () => {
    beforeAll(begin)
    afterAll(end)

    test('is read for all open items of the pipeline, 2500 a request, when the trigger is switched on', async () => {
      const many = Array.from({ length: 2610 }, () =>
        rig.portal.act.createItem({ entityTypeId: 2, categoryId: 4, opportunity: 1 }),
      )
      await afterFirstRound(rig)
      const before = rig.portal.requests.length
      await watch(['opportunity'])
      const reads = rig.portal.requests.slice(before).filter(({ methods }) => methods.includes('crm.item.list'))
      expect(reads.map(({ methods }) => methods.length)).toEqual([1, 50, 2])
      const { rows } = await counted()
      expect(rows).toBe(many.length + 3)
      const last = many.at(-1) ?? kimsDeal
      await change({ opportunity: 2 }, last)
      expect(await news()).toEqual([`2:${last.id} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
    })

    test('holds nothing of what the fields hold', async () => {
      await watch(['ufCrmColour'], { name: 'Colours' })
      await change({ ufCrmColour: 'canary yellow' })
      expect(await news()).toEqual([moved])
      const files = readdirSync(rig.dataDir).filter((name) => name.startsWith('stagecue.db'))
      const kept = files.map((name) => readFileSync(join(rig.dataDir, name), 'latin1')).join('')
      expect(kept).toContain('ufCrmColour')
      expect(kept).not.toContain('canary')
    })

    test('is forgotten when nobody watches the fields any more', async () => {
      const admin = await rig.as(users.admin)
      const { body } = await admin('GET', '/api/triggers')
      for (const { id } of body) await admin('DELETE', `/api/triggers/${id}`)
      await rig.settled()
      expect((await counted()).rows).toBe(0)
    })

    test('is read anew when a trigger is switched on again: what changed meanwhile is no change', async () => {
      await back()
      const trigger = await watch(['ufCrmColour'])
      const admin = await rig.as(users.admin)
      const { body } = await admin('PUT', `/api/triggers/${trigger.id}`, { ...trigger, enabled: false })
      await rig.settled()
      await change({ ufCrmColour: 'changed while off' })
      await admin('PUT', `/api/triggers/${trigger.id}`, { ...body, enabled: true })
      await rig.settled()
      await change({ title: 'Not watched' })
      expect(await news()).toEqual([])
      await change({ ufCrmColour: 'changed while on' })
      expect(await news()).toEqual([moved])
    })

    test('is read anew when the app comes back to the portal', async () => {
      const deal = await newDeal()
      rig.portal.act.uninstallApp()
      await rig.settled()
      await change({ ufCrmColour: 'changed while away' }, deal)
      rig.portal.beginInstall()
      const admin = await rig.as(users.admin)
      await rig.as(users.sam)
      expect((await admin('POST', '/api/install', { delegate: false })).body.ready).toBe(true)
      rig.portal.finishInstall()
      await rig.settled()
      await change({ title: 'Not watched' }, deal)
      expect(await news()).toEqual([])
      await change({ ufCrmColour: 'changed while here' }, deal)
      expect(await news()).toEqual([movedOf(deal)])
    })

    const counted = () =>
      rig.stagecue.db
        .selectFrom('item_field')
        .select((eb) => eb.fn.countAll<number>().as('rows'))
        .executeTakeFirstOrThrow()
  })

  describe('items of every type', () => {
    beforeAll(begin)
    afterAll(end)

    test.each([
      ['a lead', types.lead, SEED.leads.noa, null, 'NEW', 'UC_CALLED', 'LEAD'],
      ['an estimate', types.estimate, SEED.estimates.kim, null, 'DRAFT', 'SENT', 'QUOTE'],
      ['an invoice', types.invoice, SEED.invoices.kim, pipelines.invoices, 'DT31_5:N', 'DT31_5:S', 'DYNAMICITEM'],
      [
        'a smart process',
        types.request,
        SEED.requests.kim,
        pipelines.requests,
        'DT177_9:NEW',
        'DT177_9:CLIENT',
        'DYNAMICITEM',
      ],
    ])('%s', async (_, entityTypeId, id, categoryId, from, stageId, event) => {
      await watch(['opportunity'], { entityTypeId, categoryId, stageId })
      const events = rig.portal.world.bindings.map((binding) => binding.event)
      expect(events).toEqual(expect.arrayContaining([`ONCRM${event}ADD`, `ONCRM${event}UPDATE`]))
      expect(events).not.toContain('ONCRMDEALUPDATE')
      await change({ opportunity: 4711 }, { entityTypeId, id })
      expect(await news()).toEqual([`${entityTypeId}:${id} moved ${from}>${stageId} by ${users.sam}`])
    })
  })

  describe('its form', () => {
    let admin: Api
    beforeAll(async () => {
      await begin()
      admin = await rig.as(users.admin)
    })
    afterAll(end)
    const post = async (fields: Record<string, unknown>) => {
      const place = { entityTypeId: types.deal, categoryId: pipelines.partners, stageId: 'C4:PREPARATION' }
      return admin('POST', '/api/triggers', { kind: 'field-changed', ...place, fields })
    }

    test('names the fields that the portal does not have', async () => {
      const { status, body } = await post({ fieldNames: ['opportunity', 'OPPORTUNITY', 'ufCrmNone'] })
      expect(status).toBe(422)
      expect(body.error.fields).toEqual({
        'fields.fieldNames': 'This type of item has no such field: OPPORTUNITY, ufCrmNone.',
      })
    })

    test.each([
      ['no list', {}, 'fields.fieldNames'],
      ['an empty list', { fieldNames: [] }, 'fields.fieldNames'],
      ['no names', { fieldNames: [''] }, 'fields.fieldNames.0'],
      ['something else', { fieldNames: ['title'], was: 'x' }, 'fields.was'],
    ])('wants a list of names, not %s', async (_, fields, path) => {
      const { status, body } = await post(fields)
      expect([status, Object.keys(body.error.fields)]).toEqual([422, [path]])
    })

    test('takes a name twice as one, and nothing for any value', async () => {
      const { status, body } = await post({ fieldNames: ['title', 'title'], becomes: '' })
      expect([status, body.fields]).toEqual([201, { fieldNames: ['title'] }])
    })
  })
})
