import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { askedSince } from '../../asked-since.ts'
import { SEED, type Switches } from '../../portal/index.ts'
import { countsRequests, onlyAt } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { startOver } from './start-over.ts'

const { users, deals, forms, phones, types, contacts } = SEED
const kimsDeal = { entityTypeId: types.deal, id: deals.kim }
const bindings = [kimsDeal, { entityTypeId: 3, id: contacts.kim }]
const moved = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`

const positions: [string, Partial<Switches>][] = [
  ['forms are listed', {}],
  ['no list of forms', { webformList: 'ERROR_METHOD_NOT_FOUND' }],
  ['every notice doubled', { duplicateDelivery: 100 }],
  ['notices in order', { eventOrder: 'strict' }],
]

/** A customer fills in a callback form (`triggers.md`). */
describe.each(positions)('Track feedback form submit: %s', (_position, switches) => {
  let rig: Rig
  let news: () => Promise<string[]>

  beforeAll(async () => {
    rig = await startRig({ portal: { switches } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'form-submitted', fields: { formId: String(forms.callback) } })
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    news = await startOver(rig)
  })

  test('moves the deal at every submission, and an update of one is none', async () => {
    const { activityId } = rig.portal.act.submitForm(forms.callback, { bindings })
    await rig.settled()
    expect(await news()).toEqual([moved])
    rig.portal.act.moveItem(kimsDeal, 'C4:NEW')
    rig.portal.act.touchActivity(activityId)
    await rig.settled()
    expect(await news()).toEqual([moved])
    rig.portal.act.submitForm(forms.callback, { bindings })
    await rig.settled()
    expect(await news()).toEqual([moved, moved])
  })

  test('another callback form and an ordinary form are none', async () => {
    rig.portal.act.submitForm(forms.callbackAgain, { bindings })
    rig.portal.act.submitForm(forms.contact, { bindings })
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('a deal that the form itself made moves too', async () => {
    await rig.addTrigger({
      kind: 'form-submitted',
      categoryId: SEED.pipelines.general,
      stageId: 'PREPARATION',
      fields: { formId: String(forms.callbackAgain) },
    })
    const { bindings: made } = rig.portal.act.submitForm(forms.callbackAgain, {})
    await rig.settled()
    const deal = made.find(({ entityTypeId }) => entityTypeId === types.deal)
    expect(await news()).toEqual([`2:${deal?.id} moved NEW>PREPARATION by ${users.sam}`])
  })
})

describe('Track feedback form submit: any form', onlyAt({ webformList: 'available' }), () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
    await rig.as(users.sam)
    // Requests are counted here: the first tick of the clock brings rounds of all kinds of work, and then none for long.
    await sleep(1100)
    await rig.settled()
    await rig.addTrigger({ kind: 'form-submitted' })
  })
  afterAll(() => rig.stop())

  test('is any callback form, also one that was switched off just now; never an ordinary one', async () => {
    rig.portal.act.submitForm(forms.contact, { bindings })
    await rig.settled()
    expect(await rig.story()).toEqual([])
    rig.portal.act.submitForm(forms.callbackOld, { bindings })
    await rig.settled()
    expect(await rig.story()).toEqual([moved])
  })

  test('costs two requests, from the notice to the moved deal', countsRequests, async () => {
    rig.portal.act.moveItem(kimsDeal, 'C4:NEW')
    await rig.settled()
    const before = rig.portal.requests.length
    rig.portal.act.submitForm(forms.callback, { bindings })
    await rig.settled()
    expect(askedSince(rig.portal, before)).toHaveLength(2)
  })

  test('does not fire where nobody can tell which forms are callback forms; what the filter ruled out is listed', async () => {
    rig.portal.act.moveItem(kimsDeal, 'C4:NEW')
    rig.portal.switches.webformList = 'ERROR_METHOD_NOT_FOUND'
    const before = await rig.story()
    rig.portal.act.submitForm(forms.callback, { bindings })
    await rig.settled()
    rig.portal.switches.webformList = 'available'
    expect(await rig.story()).toEqual(before)
    const admin = await rig.as(users.admin)
    const { body } = await admin('GET', '/api/journal?reason=filter')
    expect(body.entries[0].occurrence.facts).toMatchObject({ formId: String(forms.callback), callback: null })
  })
})

describe('forms to choose from', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
  })
  afterAll(() => rig.stop())
  const aForm = {
    kind: 'form-submitted',
    entityTypeId: types.deal,
    categoryId: SEED.pipelines.partners,
    stageId: 'C4:PREPARATION',
  }

  test('are the callback forms; an ordinary one cannot be chosen', onlyAt({ webformList: 'available' }), async () => {
    const admin = await rig.as(users.admin)
    const { body } = await admin('GET', '/api/forms')
    expect(body.entries).toEqual([
      { id: String(forms.callback), title: 'Call me back' },
      { id: String(forms.callbackAgain), title: 'Call me back (shop)' },
    ])
    const refused = await admin('POST', '/api/triggers', { ...aForm, fields: { formId: String(forms.contact) } })
    expect(refused.status).toBe(422)
    expect(Object.keys(refused.body.error.fields)).toEqual(['fields.formId'])
  })

  test('are the forms that were seen, where the portal does not list them; one has to be chosen', async () => {
    const other = await startRig({ portal: { switches: { webformList: 'ERROR_METHOD_NOT_FOUND' } } })
    const admin = await other.as(users.admin)
    const listed = async () => (await admin('GET', '/api/forms')).body.entries
    expect(await listed()).toEqual([])
    const { activityId } = other.portal.act.submitForm(forms.callback)
    // By the time of its newest submission a person knows it, the newest first; no id is shown.
    const nameless = 'Form without a name'
    const submittedAt = expect.stringMatching(/^\d{4}-.+Z$/)
    expect(await listed()).toEqual([{ id: String(forms.callback), title: nameless, submittedAt }])
    const later = other.portal.act.submitForm(forms.contact)
    expect((await listed()).map(({ id }: { id: string }) => id)).toEqual([
      String(forms.contact),
      String(forms.callback),
    ])
    other.portal.act.deleteActivity(later.activityId)
    other.portal.act.deleteActivity(activityId)
    expect(await listed()).toEqual([
      { id: String(forms.callback), title: nameless },
      { id: String(forms.contact), title: nameless },
    ])
    const names = (await admin('GET', `/api/names?forms=${forms.callback}`)).body.forms
    expect(names).toEqual({ [forms.callback]: nameless })

    const any = await admin('POST', '/api/triggers', aForm)
    expect(any.status).toBe(422)
    expect(Object.keys(any.body.error.fields)).toEqual(['fields.formId'])
    const chosen = await admin('POST', '/api/triggers', { ...aForm, fields: { formId: String(forms.callback) } })
    expect(chosen.status).toBe(201)
    // A submission that a trigger is asked about is remembered too.
    other.portal.act.submitForm(forms.callbackAgain)
    await other.settled()
    const seen = await other.stagecue.db.selectFrom('form').select('form_id').orderBy('form_id').execute()
    expect(seen.map((form) => form.form_id)).toEqual(
      [forms.callback, forms.callbackAgain, forms.contact].map(String).toSorted(),
    )
    // A submission's subject may hold the customer's telephone number: it names no form, in no list and in no table.
    const dump = readdirSync(other.dataDir).map((name) => readFileSync(join(other.dataDir, name), 'latin1'))
    expect(dump.join('')).not.toContain(phones.kim.slice(1))
    await other.stop()
  })
})
