import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findItem, SEED } from './index.ts'
import { call, type Fixture, result, setUp, tokenFor } from './testing.ts'

let fixture: Fixture
beforeAll(async () => {
  const events = [
    'ONCRMDEALUPDATE',
    'ONCRMLEADUPDATE',
    'ONCRMQUOTEUPDATE',
    'ONCRMDYNAMICITEMUPDATE',
    'ONCRMDEALMOVETOCATEGORY',
  ]
  fixture = await setUp(events, { limits: { enabled: false } })
})
afterAll(() => fixture.stop())

const newDeal = (given: object = {}) => fixture.portal.act.createItem({ entityTypeId: 2, categoryId: 4, ...given })
const update = (item: { entityTypeId: number; id: number }, fields: object, auth = fixture.admin) =>
  call(fixture.portal, auth, 'crm.item.update', { entityTypeId: item.entityTypeId, id: item.id, fields })
const eventsSince = async (act: () => Promise<unknown>) => {
  await fixture.portal.idle()
  fixture.inbox.events.length = 0
  await act()
  await fixture.portal.idle()
  return fixture.inbox.events
}

describe('crm.item.update', () => {
  test('moves an item as the owner of the token: answer, history and event say so', async () => {
    const deal = newDeal()
    const auth = tokenFor(fixture.portal, SEED.users.sam)
    const events = await eventsSince(async () => {
      const { body } = await update(deal, { stageId: 'C4:PREPARATION' }, auth)
      expect(body.result.item).toMatchObject({
        stageId: 'C4:PREPARATION',
        movedBy: SEED.users.sam,
        updatedBy: SEED.users.sam,
        stageSemanticId: 'P',
        closed: 'N',
      })
    })
    expect(fixture.portal.world.stageHistory.at(-1)).toMatchObject({
      ownerId: deal.id,
      stageId: 'C4:PREPARATION',
      typeId: 2,
      userId: SEED.users.sam,
    })
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({ event: 'ONCRMDEALUPDATE', data: { FIELDS: { ID: String(deal.id) } } })
    expect(events[0]?.auth.user_id).toBe(String(SEED.users.sam))
  })

  test('closes a deal in a success stage', async () => {
    const deal = newDeal()
    const { body } = await update(deal, { stageId: 'C4:WON' })
    expect(body.result.item).toMatchObject({ closed: 'Y', stageSemanticId: 'S' })
    expect(fixture.portal.world.stageHistory.at(-1)).toMatchObject({ typeId: 3, semantics: 'S' })
  })

  test('saves nothing and raises nothing when nothing changes, and still answers 200', async () => {
    const deal = newDeal()
    const before = { ...deal }
    const events = await eventsSince(async () => {
      expect((await update(deal, { stageId: 'C4:NEW', title: deal.title })).status).toBe(200)
    })
    expect(events).toEqual([])
    expect(deal).toEqual(before)
  })

  test('ignores unknown and read-only fields without a word', async () => {
    const deal = newDeal()
    const { status, body } = await update(deal, { stageID: 'C4:WON', movedBy: 7, STAGE_ID: 'C4:WON' })
    expect([status, body.result.item.stageId, body.result.item.movedBy]).toEqual([200, 'C4:NEW', deal.movedBy])
  })

  test.each(['C4:NOWHERE', 'PREPARATION', ''])(
    'puts a stage that is none of the pipeline (%j) back in silence',
    async (stageId) => {
      const deal = newDeal()
      const before = { ...deal }
      const events = await eventsSince(async () => {
        const { status, body } = await update(deal, { stageId })
        expect([status, body.result.item.stageId]).toEqual([200, 'C4:NEW'])
      })
      expect(events).toEqual([])
      expect(deal).toEqual(before)
    },
  )

  test('saves what else was changed beside such a stage', async () => {
    const deal = newDeal()
    const { body } = await update(deal, { stageId: 'PREPARATION', title: 'Renamed' })
    expect(body.result.item).toMatchObject({ stageId: 'C4:NEW', title: 'Renamed' })
  })

  test('refuses such a stage, by the switch', async () => {
    const deal = newDeal()
    fixture.portal.switches.crossPipelineStage = 'CRM_FIELD_ERROR_VALUE_NOT_VALID'
    const answers = [await update(deal, { stageId: 'PREPARATION' }), await update(deal, { stageId: 'C4:NOWHERE' })]
    fixture.portal.switches.crossPipelineStage = 'put back'
    expect(answers.map(({ body }) => body.error)).toEqual(Array(2).fill('CRM_FIELD_ERROR_VALUE_NOT_VALID'))
  })

  test('changes the pipeline when both are given', async () => {
    const deal = newDeal()
    const events = await eventsSince(() => update(deal, { categoryId: 0, stageId: 'EXECUTING' }))
    expect(deal).toMatchObject({ categoryId: 0, stageId: 'EXECUTING' })
    expect(fixture.portal.world.stageHistory.at(-1)).toMatchObject({ typeId: 5, categoryId: 0 })
    expect(events.map(({ event }) => event).sort()).toEqual(['ONCRMDEALMOVETOCATEGORY', 'ONCRMDEALUPDATE'])
  })

  test('leaves an item in its pipeline when none is given', async () => {
    const request = fixture.portal.act.createItem({ entityTypeId: SEED.types.request, categoryId: 10 })
    const moved = await update(request, { stageId: 'DT177_10:CLIENT' })
    const renamed = await update(request, { title: 'Renamed' })
    expect(moved.body.result.item).toMatchObject({ categoryId: 10, stageId: 'DT177_10:CLIENT' })
    expect(renamed.body.result.item).toMatchObject({ categoryId: 10, stageId: 'DT177_10:CLIENT', title: 'Renamed' })
  })

  test.each([
    ['no stage', undefined, 'NEW'],
    ['an open stage of another pipeline', 'C4:UC_VISIT', 'NEW'],
    ['a success stage of another pipeline', 'C4:WON', 'WON'],
    ['a failure stage of another pipeline', 'C4:LOSE', 'LOSE'],
    ['a stage that does not exist', 'NOWHERE', 'NEW'],
  ])('with a new pipeline and %s takes the first of the same semantics', async (_, stageId, expected) => {
    const deal = newDeal({ stageId: 'C4:UC_OFFER' })
    const { body } = await update(deal, { categoryId: 0, ...(stageId === undefined ? {} : { stageId }) })
    expect(body.result.item).toMatchObject({ categoryId: 0, stageId: expected })
  })

  test('demands no required fields over REST, unless the portal is set so: then it names the first', async () => {
    expect((await update(newDeal(), { stageId: 'C4:UC_CONTRACT' })).status).toBe(200)
    const deal = newDeal()
    fixture.portal.switches.requiredFieldsOverRest = 'on'
    const refused = await update(deal, { stageId: 'C4:UC_CONTRACT' })
    const filled = await update(deal, { stageId: 'C4:UC_CONTRACT', opportunity: 5 })
    fixture.portal.switches.requiredFieldsOverRest = 'off'
    expect([refused.status, refused.body.error]).toEqual([400, 'CRM_FIELD_ERROR_REQUIRED'])
    expect(refused.body.error_description).toBe('Required field "Amount" is not filled in')
    expect(filled.status).toBe(200)
  })

  test('refuses who may not edit the item, and who may not move to the stage', async () => {
    const deal = newDeal()
    const reader = await update(deal, { title: 'x' }, tokenFor(fixture.portal, SEED.users.readOnly))
    expect([reader.status, reader.body.error]).toEqual([400, 'CRM_ITEM_UPDATE_ACCESS_DENIED'])
    const junior = await update(deal, { stageId: 'C4:WON' }, tokenFor(fixture.portal, SEED.users.noClosing))
    expect([junior.status, junior.body.error]).toEqual([400, '0'])
    expect(junior.body.error_description).toContain('stage')
    expect(deal.stageId).toBe('C4:NEW')
  })

  test.each(['en', 'de', 'ru'] as const)('words its refusals in the portal’s language: %s', async (lang) => {
    fixture.portal.switches.refusalLanguage = lang
    const { body } = await update(newDeal(), { stageId: 'C4:WON' }, tokenFor(fixture.portal, SEED.users.noClosing))
    fixture.portal.switches.refusalLanguage = "the portal's"
    expect(body.error).toBe('0')
    expect(body.error_description).toMatch({ en: /stage/, de: /Phase/, ru: /стадию/ }[lang])
  })

  test('checks in the server’s order: editing, plan, transition, workflows, values, required fields', async () => {
    const { portal } = fixture
    const request = portal.act.createItem({ entityTypeId: SEED.types.request, categoryId: 9 })
    const sam = tokenFor(portal, SEED.users.sam)
    const everythingWrong = { categoryId: 10, stageId: 'DT177_10:CLIENT', assignedById: 'nobody' }
    const refusal = async () => (await update(request, everythingWrong, sam)).body.error
    portal.act.setItemRight(SEED.users.sam, request, { read: true, edit: false })
    portal.world.restrictedTypes.add(SEED.types.request)
    portal.act.revokeStageRight(SEED.users.sam, SEED.types.request, 'DT177_10:CLIENT')
    portal.world.runningWorkflows.add(`177:${request.id}`)
    expect(await refusal()).toBe('CRM_ITEM_UPDATE_ACCESS_DENIED')
    portal.act.setItemRight(SEED.users.sam, request, { read: true, edit: true })
    expect(await refusal()).toBe('UPDATE_DYNAMIC_ITEM_RESTRICTED')
    portal.world.restrictedTypes.clear()
    expect(await refusal()).toBe('0')
    portal.act.grantStageRight(SEED.users.sam, SEED.types.request, 'DT177_10:CLIENT')
    expect(await refusal()).toBe('CRM_ITEM_HAS_RUNNING_WORKFLOWS')
    portal.world.runningWorkflows.clear()
    expect(await refusal()).toBe('CRM_FIELD_ERROR_VALUE_NOT_VALID')
    expect(request.stageId).toBe('DT177_9:NEW')
  })

  test.each([
    ['on', 'C4:UC_VISIT'],
    ['back', 'C4:NEW'],
  ] as const)(
    'answers the item after a rule of the new stage moved it %s; the history has both moves',
    async (way, end) => {
      const deal = newDeal()
      fixture.portal.switches.automationMoves = way
      const { body } = await update(deal, { stageId: 'C4:PREPARATION' })
      fixture.portal.switches.automationMoves = 'no rule'
      expect(body.result.item.stageId).toBe(end)
      const stages = fixture.portal.world.stageHistory.filter(({ ownerId }) => ownerId === deal.id)
      expect(stages.map(({ stageId }) => stageId)).toEqual(['C4:NEW', 'C4:PREPARATION', end])
    },
  )

  test.each(['0', '400', 'ERROR_CORE'] as const)(
    'can refuse with %s what it has saved, by the switch',
    async (code) => {
      const deal = newDeal()
      fixture.portal.switches.saysErrorAfterSaving = code
      const { status, body } = await update(deal, { stageId: 'C4:PREPARATION' })
      fixture.portal.switches.saysErrorAfterSaving = 'never'
      expect([status, body.error, deal.stageId]).toEqual([400, code, 'C4:PREPARATION'])
    },
  )

  test('takes away and gives back the right to a stage', async () => {
    const deal = newDeal()
    const auth = tokenFor(fixture.portal, SEED.users.sam)
    fixture.portal.act.revokeStageRight(SEED.users.sam, 2, 'C4:PREPARATION')
    expect((await update(deal, { stageId: 'C4:PREPARATION' }, auth)).status).toBe(400)
    fixture.portal.act.grantStageRight(SEED.users.sam, 2, 'C4:PREPARATION')
    expect((await update(deal, { stageId: 'C4:PREPARATION' }, auth)).status).toBe(200)
  })

  test('works for leads, estimates, invoices and smart processes', async () => {
    const targets: [number, string, string][] = [
      [1, 'IN_PROCESS', 'ONCRMLEADUPDATE'],
      [7, 'SENT', 'ONCRMQUOTEUPDATE'],
      [31, 'DT31_5:S', 'ONCRMDYNAMICITEMUPDATE'],
      [177, 'DT177_9:CLIENT', 'ONCRMDYNAMICITEMUPDATE'],
    ]
    for (const [entityTypeId, stageId, event] of targets) {
      const item = fixture.portal.act.createItem({ entityTypeId })
      const events = await eventsSince(async () => {
        expect((await update(item, { stageId })).body.result.item.stageId).toBe(stageId)
      })
      expect(events.map((received) => received.event)).toEqual([event])
      if (entityTypeId > 7)
        expect(events[0]?.data).toEqual({ FIELDS: { ID: String(item.id), ENTITY_TYPE_ID: String(entityTypeId) } })
    }
  })

  test('keeps no history and no mover for estimates', async () => {
    const estimate = fixture.portal.act.createItem({ entityTypeId: 7 })
    const rows = fixture.portal.world.stageHistory.length
    const { body } = await update(estimate, { stageId: 'SENT' })
    expect(body.result.item).not.toHaveProperty('movedBy')
    expect(fixture.portal.world.stageHistory).toHaveLength(rows)
    const history = await call(fixture.portal, fixture.admin, 'crm.stagehistory.list', { entityTypeId: 7 })
    expect(history.body.error).toBe('ENTITY_TYPE_NOT_SUPPORTED')
  })
})

describe('crm.item.get and crm.item.list', () => {
  test('refuse unknown kinds and items', async () => {
    const get = (params: object) => call(fixture.portal, fixture.admin, 'crm.item.get', params)
    expect((await get({ entityTypeId: 999, id: 1 })).body).toEqual({
      error: 'NOT_FOUND',
      error_description: 'SPA not found',
    })
    expect((await get({ entityTypeId: 2, id: 999_999 })).body.error_description).toBe('Item not found')
    for (const entityTypeId of [5, 8, 36]) {
      expect((await get({ entityTypeId, id: 1 })).body.error).toBe('ENTITY_TYPE_NOT_SUPPORTED')
    }
    for (const id of [undefined, null, '', 'x', [31], { a: 31 }]) {
      expect((await get({ entityTypeId: 2, id })).body.error).toBe('100')
    }
    expect((await get({ entityTypeId: 2, id: `0${SEED.deals.kim}` })).body.result.item.id).toBe(SEED.deals.kim)
  })

  test('show only what the caller may read', async () => {
    const ids = async (userId: number) => {
      const { items } = await result(fixture.portal, tokenFor(fixture.portal, userId), 'crm.item.list', {
        entityTypeId: 2,
        filter: { '@id': [SEED.deals.kim, SEED.deals.quiet] },
      })
      return items.map((item: { id: number }) => item.id)
    }
    expect(await ids(SEED.users.sam)).toEqual([SEED.deals.kim, SEED.deals.quiet])
    expect(await ids(SEED.users.ownOnly)).toEqual([SEED.deals.quiet])
    expect(await ids(SEED.users.noCrm)).toEqual([])
  })

  test('give fifty a page, the total and the next start; no count with start -1', async () => {
    for (let number = 0; number < 55; number += 1) fixture.portal.act.createItem({ entityTypeId: 180 })
    const list = (start: number) => call(fixture.portal, fixture.admin, 'crm.item.list', { entityTypeId: 180, start })
    const [first, second, uncounted] = await Promise.all([list(0), list(50), list(-1)])
    expect([first.body.result.items.length, first.body.total, first.body.next]).toEqual([50, 56, 50])
    expect([second.body.result.items.length, second.body.next]).toEqual([6, undefined])
    expect([uncounted.body.result.items.length, uncounted.body.total, uncounted.body.next]).toEqual([
      50,
      undefined,
      undefined,
    ])
    const [past, between] = await Promise.all([list(100), list(99)])
    expect([past.body.result.items, past.body.total, past.body.next]).toEqual([[], 56, undefined])
    expect(between.body.result).toEqual(second.body.result)
  })

  test('filter by prefixes, alternatives and times; refuse unknown names', async () => {
    const find = async (filter: object) => {
      const params = { entityTypeId: 2, filter, select: ['id'], order: { id: 'DESC' } }
      const { items } = await result(fixture.portal, fixture.admin, 'crm.item.list', params)
      return items.map((item: { id: number }) => item.id)
    }
    const { kim, kimWon, lee } = SEED.deals
    expect(await find({ id: [kim, lee], '!stageId': 'NEW' })).toEqual([kim])
    expect(await find({ '%title': 'for lee' })).toEqual([lee])
    expect(await find({ '>=id': kimWon, '<id': kim })).toEqual([kimWon])
    expect(await find({ logic: 'OR', 0: { id: kim }, 1: { title: 'Logo for Lee' } })).toEqual([lee, kim])
    expect(await find({ '@id': [kim], '>updatedTime': new Date(Date.now() + 60_000).toISOString() })).toEqual([])
    expect(await find({ contactIds: SEED.contacts.kim, closed: 'Y' })).toEqual([kimWon])
    const refused = await call(fixture.portal, fixture.admin, 'crm.item.list', {
      entityTypeId: 2,
      filter: { STAGE: 1 },
    })
    expect(refused.body.error).toBe('INVALID_ARG_VALUE')
  })

  test('know custom fields, and fields lists them', async () => {
    const deal = newDeal({ ufCrmColour: 'red' })
    const { item } = await result(fixture.portal, fixture.admin, 'crm.item.get', deal)
    expect(item.ufCrmColour).toBe('red')
    const { fields } = await result(fixture.portal, fixture.admin, 'crm.item.fields', { entityTypeId: 2 })
    expect(fields.ufCrmColour).toMatchObject({ type: 'string', isDynamic: true, title: 'Colour' })
    expect(fields.movedBy.isReadOnly).toBe(true)
  })
})

describe('crm.stagehistory.list', () => {
  test('tells the stages but not who moved; leads have other names', async () => {
    const deal = newDeal()
    fixture.portal.act.moveItem(deal, 'C4:PREPARATION', { userId: SEED.users.ines })
    const list = (entityTypeId: number, id: number) =>
      result(fixture.portal, fixture.admin, 'crm.stagehistory.list', { entityTypeId, filter: { OWNER_ID: id } })
    const { items } = await list(2, deal.id)
    expect(items.map((row: { STAGE_ID: string }) => row.STAGE_ID)).toEqual(['C4:NEW', 'C4:PREPARATION'])
    expect(Object.keys(items[1])).toEqual([
      'ID',
      'TYPE_ID',
      'OWNER_ID',
      'CREATED_TIME',
      'CATEGORY_ID',
      'STAGE_SEMANTIC_ID',
      'STAGE_ID',
    ])
    expect((await list(1, SEED.leads.noa)).items[0]).toMatchObject({ STATUS_ID: 'NEW', STATUS_SEMANTIC_ID: 'P' })
    expect(fixture.portal.world.stageHistory.at(-1)?.userId).toBe(SEED.users.ines)
  })
})

describe('by hand', () => {
  test('an item is deleted, and its activities lose the binding', async () => {
    const deal = newDeal()
    const { activityId } = fixture.portal.act.receiveMail({
      bindings: [deal, { entityTypeId: 3, id: SEED.contacts.kim }],
    })
    fixture.portal.act.deleteItem(deal)
    expect(findItem(fixture.portal.world, 2, deal.id)).toBeUndefined()
    const bindings = await result(fixture.portal, fixture.admin, 'crm.activity.binding.list', { activityId })
    expect(bindings).toEqual([{ entityTypeId: 3, entityId: SEED.contacts.kim }])
  })
})
