import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../api.ts'
import { askedSince } from '../../asked-since.ts'
import { SEED } from '../../portal/index.ts'
import { noneLost, onlyAt, settledAtOnce } from '../../positions/only-at.ts'
import { afterFirstRound, moved } from '../engine/scene.ts'
import { beginWatching, kimsDeal, type Watching } from './watching.ts'

const { users, deals, types, pipelines } = SEED

/** Where a rule of the stage moves the item again, that is a change of its own. */
const withoutRules = onlyAt({ automationMoves: 'no rule' })

/**
 * Chosen fields of the item itself change (`triggers.md`, "Payments and fields"); what they are compared with is in
 * `test/lib/jobs/field-baselines.test.ts`. Each group has a portal of its own.
 */
describe('Track field change', () => {
  let on: Watching

  describe('on the amount of a deal', () => {
    beforeAll(async () => {
      on = await beginWatching()
      await on.watch(['opportunity'])
    })
    afterAll(() => on.rig.stop())
    beforeEach(() => on.back())

    test('moves the deal when the amount changes', async () => {
      await on.change({ opportunity: 250 })
      expect(await on.news()).toEqual([moved(kimsDeal)])
    })

    test('the occurrence is keyed by item and moment, and names the fields only', async () => {
      const admin = await on.rig.as(users.admin)
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
      await on.change({ title: 'Another name', ufCrmColour: 'red' })
      expect(await on.news()).toEqual([])
    })

    test('leaves it when the amount is written again as it is', async () => {
      await on.change({ opportunity: 250, title: 'Saved once more' })
      expect(await on.news()).toEqual([])
    })

    test('counts every change, also two within one second', async () => {
      const deal = await on.newDeal()
      await on.change({ opportunity: 300 }, deal)
      await on.back(deal)
      await on.change({ opportunity: 310 }, deal)
      expect(await on.news()).toEqual([moved(deal), moved(deal)])
    })

    test('a notice that comes twice counts once', async () => {
      const deal = await on.newDeal()
      on.rig.portal.switches.duplicateDelivery = 100
      await on.change({ opportunity: 320 }, deal)
      on.rig.portal.switches.duplicateDelivery = 0
      expect(await on.news()).toEqual([moved(deal)])
    })

    test('a deal of another pipeline is not followed', async () => {
      await on.change({ opportunity: 5 }, { entityTypeId: types.deal, id: deals.lee })
      await on.change({ opportunity: 6 }, { entityTypeId: types.deal, id: deals.lee })
      expect(await on.news()).toEqual([])
    })

    test('a new deal starts with what it holds when it is added', async () => {
      const deal = await on.newDeal()
      expect(await on.news()).toEqual([])
      await on.change({ opportunity: 11 }, deal)
      expect(await on.news()).toEqual([moved(deal)])
    })

    test('a deal that is first seen later sets its base and fires nothing', noneLost, async () => {
      on.rig.portal.switches.lostDelivery = 100
      const deal = await on.newDeal()
      on.rig.portal.switches.lostDelivery = 0
      await on.change({ opportunity: 11 }, deal)
      expect(await on.news()).toEqual([])
      await on.change({ opportunity: 12 }, deal)
      expect(await on.news()).toEqual([moved(deal)])
    })

    test('one that comes back from another pipeline starts anew', async () => {
      const deal = await on.newDeal()
      on.rig.portal.act.moveItem(deal, 'NEW')
      await on.rig.settled()
      await on.change({ opportunity: 20 }, deal)
      on.rig.portal.act.moveItem(deal, 'C4:NEW')
      await on.rig.settled()
      expect(await on.news()).toEqual([])
      await on.change({ opportunity: 30 }, deal)
      expect(await on.news()).toHaveLength(1)
    })

    test('one that is gone when we look is left alone', async () => {
      const deal = await on.newDeal()
      on.rig.portal.act.changeField(deal, { opportunity: 1 })
      on.rig.portal.act.deleteItem(deal)
      await on.rig.settled()
      expect(await on.news()).toEqual([])
    })

    test('a change of a lead costs no request', noneLost, async () => {
      await afterFirstRound(on.rig)
      const before = on.rig.portal.requests.length
      await on.change({ opportunity: 77 }, { entityTypeId: types.lead, id: SEED.leads.noa })
      expect(on.rig.portal.requests.length).toBe(before)
    })
  })

  test('a change costs two requests from notice to moved deal', settledAtOnce, async () => {
    on = await beginWatching()
    await on.watch(['opportunity'])
    await afterFirstRound(on.rig)
    const before = on.rig.portal.requests.length
    on.rig.portal.switches.eventOrder = 'strict'
    await on.change({ opportunity: 250 })
    expect(await on.news()).toEqual([moved(kimsDeal)])
    // The move itself is told too: reading that the deal changed in nothing that is watched is the third.
    expect(askedSince(on.rig.portal, before)).toHaveLength(3)
    await on.rig.stop()
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
      on = await beginWatching()
      const own = [custom('ufCrmShare', 'double'), custom('ufCrmCount', 'integer'), custom('ufCrmWhen', 'string')]
      const flags = [custom('ufCrmAgreed', 'boolean'), custom('ufCrmSure', 'boolean')]
      on.rig.portal.world.customFields.get(types.deal)?.push(...own, ...flags)
      for (const [, name, becomes] of cases) await on.watch([name, 'title'], {}, becomes)
    })
    afterAll(() => on.rig.stop())

    test.each(cases)('%s', async (_, name, _becomes, other, wanted) => {
      const deal = await on.newDeal()
      await on.change({ [name]: other }, deal)
      expect(await on.news()).toEqual([])
      await on.change({ [name]: wanted }, deal)
      expect(await on.news()).toEqual([moved(deal)])
    })

    test('any of the chosen fields may become it', async () => {
      const deal = await on.newDeal()
      await on.change({ title: 'Blue' }, deal)
      expect(await on.news()).toEqual([moved(deal)])
    })
  })

  describe('on the stage', () => {
    beforeAll(async () => {
      on = await beginWatching()
      await on.watch(['stageId'], { stageId: 'C4:UC_CONTRACT' })
      await on.rig.addTrigger({ kind: 'email-incoming' })
    })
    afterAll(() => on.rig.stop())

    test('a move by Stagecue itself fires nothing', withoutRules, async () => {
      on.rig.portal.act.receiveMail()
      await on.rig.settled()
      expect(await on.news()).toEqual([moved(kimsDeal)])
    })

    test('nor does one whose answer was lost', withoutRules, async () => {
      const deal = await on.newDeal()
      on.rig.portal.faults.next({ method: 'crm.item.update', kind: 'reset', when: 'after' })
      on.rig.portal.act.receiveMail({ bindings: [deal] })
      await on.rig.settled()
      expect(await on.news()).toEqual([moved(deal)])
    })

    test('a move by a person does', onlyAt({ automationMoves: ['no rule', 'on'] }), async () => {
      const deal = on.rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: 4, opportunity: 10 })
      await on.rig.settled()
      on.rig.portal.act.moveItem(deal, 'C4:UC_VISIT', { userId: users.ines })
      await on.rig.settled()
      expect(await on.news()).toEqual([`2:${deal.id} moved C4:UC_VISIT>C4:UC_CONTRACT by ${users.sam}`])
    })

    test.each([
      ['a rule that takes the deal back is a change, too', false],
      ['so is one that took it back before we know that it was moved', true],
    ])('%s: after five moves the guard against loops ends it', noneLost, async (_what, isUnclear) => {
      const deal = on.rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: 4, opportunity: 10 })
      await on.rig.settled()
      const { switches, faults } = on.rig.portal
      const { automationMoves } = switches
      switches.automationMoves = 'back'
      const body = { error: '400', error_description: 'Mysql query error: (1205) Lock wait timeout exceeded' }
      if (isUnclear) faults.next({ method: 'crm.item.update', kind: 'refusal', when: 'after', body })
      on.rig.portal.act.moveItem(deal, 'C4:UC_VISIT', { userId: users.ines })
      await on.rig.settled()
      switches.automationMoves = automationMoves
      const move = `2:${deal.id} moved C4:UC_VISIT>C4:UC_CONTRACT by ${users.sam}`
      expect(await on.news()).toEqual([...Array(5).fill(move), `2:${deal.id} skipped loop`])
    })
  })

  describe('items of every type', () => {
    beforeAll(async () => {
      on = await beginWatching()
    })
    afterAll(() => on.rig.stop())

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
      await on.watch(['opportunity'], { entityTypeId, categoryId, stageId })
      const events = on.rig.portal.world.bindings.map((binding) => binding.event)
      expect(events).toEqual(expect.arrayContaining([`ONCRM${event}ADD`, `ONCRM${event}UPDATE`]))
      expect(events).not.toContain('ONCRMDEALUPDATE')
      await on.change({ opportunity: 4711 }, { entityTypeId, id })
      expect(await on.news()).toEqual([`${entityTypeId}:${id} moved ${from}>${stageId} by ${users.sam}`])
    })
  })

  describe('its form', () => {
    let admin: Api
    beforeAll(async () => {
      on = await beginWatching()
      admin = await on.rig.as(users.admin)
    })
    afterAll(() => on.rig.stop())
    const post = async (fields: Record<string, unknown>) => {
      const place = { entityTypeId: types.deal, categoryId: pipelines.partners, stageId: 'C4:PREPARATION' }
      return admin('POST', '/api/triggers', { kind: 'field-changed', ...place, fields })
    }

    test('refuses fields that the portal does not have, without a word of their codes', async () => {
      const { status, body } = await post({ fieldNames: ['opportunity', 'OPPORTUNITY', 'ufCrmNone'] })
      expect(status).toBe(422)
      expect(body.error.fields).toEqual({
        'fields.fieldNames': 'This item type does not have one of these fields.',
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
