import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findItem, SEED } from './index.ts'
import { type Fixture, result, setUp } from './testing.ts'

let fixture: Fixture
beforeEach(async () => {
  const events = [
    'ONCRMACTIVITYADD',
    'ONCRMLEADADD',
    'ONCRMDEALADD',
    'ONCRMDYNAMICITEMADD',
    'ONCRMDYNAMICITEMUPDATE',
    'ONCRMDYNAMICITEMUPDATE_31',
  ]
  fixture = await setUp(events, { limits: { enabled: false }, switches: { eventOrder: 'strict' } })
})
afterEach(() => fixture.stop())

const arrived = async () => {
  await fixture.portal.idle()
  return fixture.inbox.events.splice(0)
}
const names = async () => (await arrived()).map(({ event }) => event.replace('ONCRM', ''))

describe('a form', () => {
  test('makes one activity for each submission, and the item it is set to make', async () => {
    const { activityId, resultId, bindings } = fixture.portal.act.submitForm(SEED.forms.callback)
    expect(await names()).toEqual(['LEADADD', 'ACTIVITYADD'])
    const activity = await result(fixture.portal, fixture.admin, 'crm.activity.get', { id: activityId })
    expect(activity).toMatchObject({
      PROVIDER_ID: 'CRM_WEBFORM',
      PROVIDER_TYPE_ID: String(SEED.forms.callback),
      ASSOCIATED_ENTITY_ID: String(resultId),
      SUBJECT: `Callback to ${SEED.phones.kim}`,
      DIRECTION: '1',
    })
    expect(activity.PROVIDER_PARAMS.FIELDS[0].value).toBe(SEED.phones.kim)
    expect(findItem(fixture.portal.world, 1, bindings[0]?.id ?? 0)?.webformId).toBe(SEED.forms.callback)
  })

  test('may make a deal of a known contact, or touch only what is given', async () => {
    const { bindings } = fixture.portal.act.submitForm(SEED.forms.callbackAgain)
    expect(bindings.map(({ entityTypeId }) => entityTypeId)).toEqual([2, 3])
    const given = [{ entityTypeId: 177, id: SEED.requests.kim }]
    expect(fixture.portal.act.submitForm(SEED.forms.contact, { bindings: given }).bindings).toEqual(given)
    expect(await names()).toEqual(['DEALADD', 'ACTIVITYADD', 'ACTIVITYADD'])
  })
})

describe('the SUBJECT of a form’s activity', () => {
  test.each([
    ['en', 'Callback to', 'Form filled in: Contact us'],
    ['de', 'Rückruf an', 'Formular ausgefüllt: Contact us'],
    ['ru', 'Обратный звонок на номер', 'Заполнена форма: Contact us'],
    ['pl', 'Callback to', 'Form filled in: Contact us'],
  ])(
    'is a phrase in the portal’s language (%s), around the number or around the name',
    async (lang, callback, other) => {
      fixture.portal.world.lang = lang
      const subject = (form: number) => {
        const { activityId } = fixture.portal.act.submitForm(form, { phone: '+49301' })
        return fixture.portal.world.activities.get(activityId)?.subject
      }
      expect(subject(SEED.forms.callback)).toBe(`${callback} +49301`)
      expect(subject(SEED.forms.contact)).toBe(other)
    },
  )
})

describe('an invoice', () => {
  test('belongs to a deal and is paid by nobody of the portal', async () => {
    const id = fixture.portal.act.createInvoice()
    fixture.portal.act.payInvoice(id)
    const events = await arrived()
    expect(events.map(({ event }) => event)).toEqual([
      'ONCRMDYNAMICITEMADD',
      'ONCRMDYNAMICITEMUPDATE',
      'ONCRMDYNAMICITEMUPDATE_31',
    ])
    expect(events[1]?.data).toEqual({ FIELDS: { ID: String(id), ENTITY_TYPE_ID: '31' } })
    expect(events[1]?.auth).not.toHaveProperty('access_token')
    const { item } = await result(fixture.portal, fixture.admin, 'crm.item.get', { entityTypeId: 31, id })
    expect(item).toMatchObject({ stageId: 'DT31_5:P', previousStageId: 'DT31_5:N', parentId2: SEED.deals.kim })
    expect(fixture.portal.world.stageHistory.at(-1)).toMatchObject({ ownerId: id, userId: null, semantics: 'S' })
  })
})

test('an invoice may be made paid, and what was paid may be taken back; the history keeps all of it', async () => {
  const id = fixture.portal.act.createInvoice({ paid: true })
  const other = fixture.portal.act.createInvoice()
  fixture.portal.act.payInvoice(other)
  fixture.portal.act.takePaymentBack(other)
  const [added, updated] = [['DYNAMICITEMADD'], ['DYNAMICITEMUPDATE', 'DYNAMICITEMUPDATE_31']]
  expect(await names()).toEqual([...added, ...added, ...updated, ...updated])
  const history = (ownerId: number) =>
    fixture.portal.world.stageHistory.filter((row) => row.entityTypeId === 31 && row.ownerId === ownerId)
  expect(history(id).map(({ typeId, stageId }) => [typeId, stageId])).toEqual([[1, 'DT31_5:P']])
  expect(history(other).map(({ stageId }) => stageId)).toEqual(['DT31_5:N', 'DT31_5:P', 'DT31_5:N'])
})

describe('a field', () => {
  test('changes by hand; the same value again is no change', async () => {
    const invoice = { entityTypeId: 31, id: SEED.invoices.kim }
    fixture.portal.act.changeField(invoice, { opportunity: 70 }, { userId: SEED.users.ines })
    fixture.portal.act.changeField(invoice, { opportunity: 70 })
    expect(await names()).toEqual(['DYNAMICITEMUPDATE', 'DYNAMICITEMUPDATE_31'])
    expect(findItem(fixture.portal.world, 31, invoice.id)).toMatchObject({
      opportunity: 70,
      updatedBy: SEED.users.ines,
    })
  })
})
