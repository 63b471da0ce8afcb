import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CHECK_FIELDS } from '../../lib/jobs/check-fields.ts'
import { beginRound } from '../begin-round.ts'
import { moved } from '../lib/engine/scene.ts'
import { beginWatching, kimsDeal, type Watching } from '../lib/triggers/watching.ts'
import { type Item, SEED } from '../portal/index.ts'
import { aTrigger } from '../rig.ts'

const { users, types, phones } = SEED

describe('F19: a watched field that is deleted, or never comes', () => {
  let on: Watching
  beforeAll(async () => {
    on = await beginWatching()
    addField('ufCrmRegion')
    addField('ufCrmSize')
  })
  afterAll(() => on.rig.stop())
  const addField = (name: string) => on.rig.portal.act.addField(types.deal, { name, title: name, type: 'string' })
  const deleteField = (name: string) => on.rig.portal.act.deleteField(types.deal, name)
  const attentionOf = async (id: string) => {
    const admin = await on.rig.as(users.admin)
    return (await admin('GET', `/api/triggers/${id}`)).body.attention
  }
  const gone = (name: string) => expect.objectContaining({ reason: 'field-gone', detail: name })

  test('Sam changes a deal: the trigger on the deleted field needs attention, others go on', async () => {
    const trigger = await on.watch(['ufCrmRegion'])
    const other = await on.watch(['opportunity'])
    deleteField('ufCrmRegion')
    await on.change({ opportunity: 4000 })
    expect(await on.news()).toEqual([moved(kimsDeal)])
    expect(await attentionOf(trigger.id)).toEqual(gone('ufCrmRegion'))
    expect(await attentionOf(other.id)).toBeNull()
    addField('ufCrmRegion')
    await on.change({ opportunity: 4001 })
    expect(await attentionOf(trigger.id)).toBeNull()
  })

  test('nobody changes anything: the hourly look finds it, and the status page says so', async () => {
    const trigger = await on.watch(['ufCrmSize', 'title'])
    deleteField('ufCrmSize')
    await beginRound(on.rig, CHECK_FIELDS)
    expect(await attentionOf(trigger.id)).toEqual(gone('ufCrmSize'))
    const admin = await on.rig.as(users.admin)
    const { attention } = (await admin('GET', '/api/status')).body
    expect(attention).toContainEqual(expect.objectContaining({ triggerId: trigger.id, reason: 'field-gone' }))
  })

  test.each([
    [
      'telephones and e-mails of leads',
      types.lead,
      null,
      'UC_CALLED',
      'fm',
      'Bitrix24 does not show some of these fields in lists',
    ],
    ['a field that there is not', types.deal, 4, 'C4:PREPARATION', 'ufCrmNone', 'does not have one of these fields'],
  ])('%s: refused when saved', async (_what, entityTypeId, categoryId, stageId, name, text) => {
    const admin = await on.rig.as(users.admin)
    const place = { ...aTrigger, entityTypeId, categoryId, stageId }
    const given = { ...place, kind: 'field-changed', fields: { fieldNames: ['title', name] } }
    const { status, body } = await admin('POST', '/api/triggers', given)
    expect(status).toBe(422)
    expect(body.error.fields['fields.fieldNames']).toContain(text)
    expect(body.error.fields['fields.fieldNames']).not.toContain(name)
  })

  test('of a smart process without clients, its contacts are refused', async () => {
    const admin = await on.rig.as(users.admin)
    on.rig.portal.act.switchOffClientField(types.request)
    const place = { entityTypeId: types.request, categoryId: 9, stageId: 'DT177_9:CLIENT' }
    const given = { ...place, kind: 'field-changed', fields: { fieldNames: ['contactId'] } }
    expect((await admin('POST', '/api/triggers', given)).status).toBe(422)
  })
})

describe('F20: “becomes” is typed as the screen shows it', () => {
  let on: Watching
  let deal: Item
  const options = [
    { id: 51, value: 'in talks' },
    { id: 52, value: 'signed' },
    { id: 53, value: '2027' },
  ]
  const cases: [string, string, string, unknown, unknown][] = [
    ['an option', 'ufCrmState', 'signed', 51, 52],
    ['an option that is a number', 'ufCrmYear', '2027', 51, 53],
    ['several options', 'ufCrmStates', 'signed, in talks', [53], [52, 51]],
    ['a day', 'ufCrmDay', '29.08.2026', '2026-08-28T03:00:00+03:00', '2026-08-29T03:00:00+03:00'],
    ['a day as Americans write it', 'ufCrmDue', '08/29/2026', null, '2026-08-29T03:00:00+02:00'],
    ['a moment', 'ufCrmWhen', '29.08.2026 14:05', null, '2026-08-29T14:05:00+02:00'],
    ['money', 'ufCrmBudget', '1500', '1400.00|EUR', '1500.00|EUR'],
    ['an amount with blanks', 'opportunity', '15 000', 14_000, 15_000],
    ['a person', 'ufCrmExpert', 'Ines Insider', users.sam, users.ines],
    ['the responsible person', 'assignedById', 'Ines Insider', users.sam, users.ines],
  ]
  beforeAll(async () => {
    on = await beginWatching()
    const { ines } = users
    const person = on.rig.portal.world.users.get(ines)
    for (const one of cases) if (one[2] === 'Ines Insider') one[2] = `${person?.name} ${person?.lastName}`
    const add = (name: string, type: 'enumeration' | 'date' | 'datetime' | 'money' | 'user', more = {}) =>
      on.rig.portal.act.addField(types.deal, { name, title: name, type, ...more })
    add('ufCrmState', 'enumeration', { options })
    add('ufCrmYear', 'enumeration', { options })
    add('ufCrmStates', 'enumeration', { options, multiple: true })
    add('ufCrmDay', 'date')
    add('ufCrmDue', 'date')
    add('ufCrmWhen', 'datetime')
    add('ufCrmBudget', 'money')
    add('ufCrmExpert', 'user')
    for (const [, name, becomes] of cases) await on.watch([name], {}, becomes)
    await on.watch(['stageId'], { stageId: 'C4:UC_OFFER', name: 'Stage' }, 'Preparation')
  })
  afterAll(() => on.rig.stop())
  beforeEach(async () => {
    deal = await on.newDeal()
    await on.news()
  })

  test.each(cases)('%s: the deal moves when %s becomes it, not before', async (_what, name, _becomes, other, value) => {
    await on.change({ [name]: other }, deal)
    expect(await on.news()).toEqual([])
    await on.change({ [name]: value }, deal)
    expect(await on.news()).toHaveLength(1)
  })

  test('a stage, by its title', async () => {
    on.rig.portal.act.moveItem(deal, 'C4:PREPARATION')
    await on.rig.settled()
    expect(await on.news()).toEqual([moved(deal, 'C4:PREPARATION', 'C4:UC_OFFER')])
  })
})

describe('F21: a trigger watches what our own moves set', () => {
  let on: Watching
  const own = ['movedTime', 'movedBy', 'updatedTime', 'updatedBy', 'closed', 'stageSemanticId', 'stageId']
  beforeAll(async () => {
    on = await beginWatching()
    await on.rig.addTrigger({ kind: 'call-inbound' })
    await on.watch(own, { stageId: 'C4:UC_OFFER' })
  })
  afterAll(() => on.rig.stop())

  test('another trigger moves Kim’s deal: no second move', async () => {
    on.rig.portal.act.callIn({ phone: phones.kim })
    await on.rig.settled()
    expect(await on.news()).toEqual([moved(kimsDeal)])
  })

  test('Sam moves it back by hand: that is a change', async () => {
    await on.back()
    expect(await on.news()).toEqual([moved(kimsDeal, 'C4:NEW', 'C4:UC_OFFER')])
  })

  test('a person undoes our move: that is no change either', async () => {
    const admin = await on.rig.as(users.admin)
    const { entries } = (await admin('GET', '/api/journal?limit=1')).body
    expect((await admin('POST', `/api/journal/${entries[0].id}/undo`)).status).toBe(200)
    await on.rig.settled()
    expect(await on.news()).toEqual([])
  })
})
