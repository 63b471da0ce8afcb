import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askedSince } from '../../asked-since.ts'
import { SEED } from '../../portal/index.ts'
import { noneLost } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { afterFirstRound } from '../engine/scene.ts'

const { users, deals, types, pipelines, invoices } = SEED
const kimsInvoice = { entityTypeId: types.invoice, id: invoices.kim }
const PAID = 'DT31_5:P'

/** An invoice reaches its paid stage (`triggers.md`, "Payments and fields"). Each group has a portal of its own. */
describe('Track payment', () => {
  let rig: Rig
  const moved = (id: number) => `2:${id} moved C4:NEW>C4:PREPARATION by ${users.sam}`
  const begin = async () => {
    rig = await startRig()
    await rig.as(users.sam)
  }
  const track = async (fields: Record<string, unknown> = {}) => {
    const trigger = await rig.addTrigger({ kind: 'payment-received', ...fields })
    await rig.settled()
    return trigger
  }
  const bound = () => rig.portal.world.bindings.map(({ event }) => event)

  describe('on deals', () => {
    beforeAll(async () => {
      await begin()
      await track()
    })
    afterAll(() => rig.stop())

    test('moves the deal that the paid invoice belongs to', async () => {
      rig.portal.act.payInvoice(invoices.kim)
      await rig.settled()
      expect(await rig.story()).toEqual([moved(deals.kim)])
    })

    test('the occurrence is keyed by invoice and moment, and the journal shows ids only', async () => {
      const admin = await rig.as(users.admin)
      const { body } = await admin('GET', '/api/journal')
      const movedTime = body.entries[0].occurrence.at
      expect(body.entries[0].occurrence).toEqual({
        kind: 'payment-received',
        key: `payment-received:${invoices.kim}:${movedTime}`,
        at: movedTime,
        source: 'event',
        facts: { invoiceId: invoices.kim, stageId: PAID },
      })
    })

    test('an invoice that stays paid while other fields change fires nothing new', async () => {
      rig.portal.act.changeField(kimsInvoice, { title: 'Thank you', opportunity: 120 })
      await rig.settled()
      rig.portal.act.changeField(kimsInvoice, { assignedById: users.ines })
      await rig.settled()
      expect(await rig.story()).toHaveLength(1)
    })

    test('one that is sent, or not paid, fires nothing', async () => {
      const id = rig.portal.act.createInvoice()
      rig.portal.act.moveItem({ entityTypeId: types.invoice, id }, 'DT31_5:S')
      await rig.settled()
      rig.portal.act.moveItem({ entityTypeId: types.invoice, id }, 'DT31_5:D')
      await rig.settled()
      expect(await rig.story()).toHaveLength(1)
    })

    test('one without a deal finds nothing to move', async () => {
      rig.portal.act.payInvoice(rig.portal.act.createInvoice({ dealId: null }))
      await rig.settled()
      expect((await rig.story()).slice(1)).toEqual(['no item skipped no-item'])
    })

    test('one that was paid long ago, and is only changed now, is stale', async () => {
      const id = rig.portal.act.createInvoice({
        dealId: deals.leePartnerLater,
        at: new Date(Date.now() - 3 * 86_400_000),
      })
      rig.portal.act.payInvoice(id, { at: new Date(Date.now() - 2 * 86_400_000) })
      await rig.settled()
      rig.portal.act.changeField({ entityTypeId: types.invoice, id }, { title: 'Old' })
      await rig.settled()
      expect((await rig.story()).slice(2)).toEqual(['no item skipped stale'])
    })

    test('changes of smart processes cost no request', noneLost, async () => {
      await afterFirstRound(rig)
      const before = rig.portal.requests.length
      rig.portal.act.changeField({ entityTypeId: types.request, id: SEED.requests.kim }, { title: 'Louder' })
      await rig.settled()
      expect(askedSince(rig.portal, before)).toHaveLength(0)
    })
  })

  describe('on invoices', () => {
    beforeAll(begin)
    afterAll(() => rig.stop())

    test('needs moving back: the paid stage is final', async () => {
      await track({ entityTypeId: types.invoice, categoryId: pipelines.invoices, stageId: 'DT31_5:S' })
      rig.portal.act.payInvoice(invoices.kim)
      await rig.settled()
      expect(await rig.story()).toEqual([`31:${invoices.kim} skipped closed`])
    })

    test('moves the invoice itself when moving back is allowed', async () => {
      const place = { entityTypeId: types.invoice, categoryId: pipelines.invoices, stageId: 'DT31_5:S' }
      await track({ ...place, allowMovingBack: true, name: 'Back' })
      const id = rig.portal.act.createInvoice()
      rig.portal.act.payInvoice(id)
      await rig.settled()
      expect((await rig.story()).slice(1)).toEqual([
        `31:${id} skipped closed`,
        `31:${id} moved ${PAID}>DT31_5:S by ${users.sam}`,
      ])
    })
  })

  describe('its form', () => {
    beforeAll(begin)
    afterAll(() => rig.stop())

    test.each([
      ['leads', types.lead, null, 'IN_PROCESS'],
      ['estimates', types.estimate, null, 'SENT'],
      ['smart processes', types.request, pipelines.requests, 'DT177_9:CLIENT'],
    ])('refuses %s', async (_, entityTypeId, categoryId, stageId) => {
      const admin = await rig.as(users.admin)
      const trigger = { kind: 'payment-received', entityTypeId, categoryId, stageId }
      const { status, body } = await admin('POST', '/api/triggers', trigger)
      expect(status).toBe(422)
      expect(Object.keys(body.error.fields)).toEqual(['entityTypeId'])
    })
  })

  describe('the portal tells of invoices', () => {
    beforeAll(begin)
    afterAll(() => rig.stop())

    test('only while an enabled trigger waits for payments', async () => {
      expect(bound()).not.toContain('ONCRMDYNAMICITEMUPDATE')
      const trigger = await track()
      expect(bound()).toContain('ONCRMDYNAMICITEMUPDATE')
      const admin = await rig.as(users.admin)
      const off = await admin('PUT', `/api/triggers/${trigger.id}`, { ...trigger, enabled: false })
      await rig.settled()
      expect(bound()).not.toContain('ONCRMDYNAMICITEMUPDATE')
      await admin('PUT', `/api/triggers/${trigger.id}`, { ...off.body, enabled: true })
      await rig.settled()
      expect(bound()).toContain('ONCRMDYNAMICITEMUPDATE')
      expect((await admin('DELETE', `/api/triggers/${trigger.id}`)).status).toBe(204)
      await rig.settled()
      expect(bound()).not.toContain('ONCRMDYNAMICITEMUPDATE')
    })

    test('a trigger that needs no other events leaves the subscriptions alone', noneLost, async () => {
      const before = rig.portal.requests.length
      await rig.addTrigger({ kind: 'email-incoming' })
      await rig.settled()
      const asked = rig.portal.requests.slice(before).flatMap(({ methods }) => methods)
      expect(asked.filter((method) => /^event\.(un)?bind$/.test(method))).toEqual([])
    })
  })
})
