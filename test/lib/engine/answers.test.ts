import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../api.ts'
import { type Item, type ItemRef, SEED } from '../../portal/index.ts'
import { beginScene, moved, type Scene } from './scene.ts'

const { users, types, pipelines } = SEED

/** What a move or an undo came to in the portal: calls of the update, how often the item entered the stage, entries in its timeline. */
type Traces = { calls: number; entered: number; entries: number }

let scene: Scene
let admin: Api
beforeAll(async () => {
  scene = await beginScene()
  admin = await scene.rig.as(users.admin)
})
afterAll(() => scene.end())

const error = (code: unknown, text: string) => ({ error: code, error_description: text })
const updates = () =>
  scene.rig.portal.requests.flatMap(({ methods }) => methods).filter((one) => one === 'crm.item.update')
const entriesOf = ({ entityTypeId, id }: ItemRef) =>
  scene.rig.portal.world.timeline.filter((one) => one.entityTypeId === entityTypeId && one.entityId === id).length
const tracesOf = (item: ItemRef, stageId: string, before: number): Traces => {
  const { stageHistory } = scene.rig.portal.world
  const ofItem = stageHistory.filter(
    ({ entityTypeId, ownerId }) => entityTypeId === item.entityTypeId && ownerId === item.id,
  )
  return {
    calls: updates().length - before,
    entered: ofItem.filter((row) => row.stageId === stageId).length,
    entries: entriesOf(item),
  }
}
/** Where the portal told of an error the entry is written when the move is journaled. */
const untilEntries = (item: ItemRef, count: number) => expect.poll(() => entriesOf(item)).toBeGreaterThanOrEqual(count)

const strike = (when: 'before' | 'after', body: unknown, times = 1) =>
  scene.rig.portal.faults.next({ method: 'crm.item.update', kind: 'refusal', when, body, times })

/** Errors that may come before the saving or after it, and what a move comes to whose portal saved nothing (decision 010). */
const doubtful: [what: string, body: unknown, unsaved: string, calls: number][] = [
  ['0 in German', error('0', 'Sie haben keine Berechtigung, die Phase zu ändern'), 'failed no-rights', 1],
  ['0 in Russian', error('0', 'Недостаточно прав для изменения стадии'), 'failed no-rights', 1],
  ['0 as a number', error(0, 'The automation rules could not be started'), 'failed no-rights', 1],
  ['-', error('-', 'You have insufficient permissions to change the stage'), 'failed no-rights', 1],
  ['a code that nobody knows', error('SOMETHING_NEW', 'Never seen'), 'failed portal-error', 1],
  ['no code', error('', 'Что-то'), 'failed portal-error', 1],
  ['400', error('400', 'Mysql query error: (1213) Deadlock found'), 'moved', 2],
  ['0 of the database', error('0', 'Mysql query error: (1205) Lock wait timeout exceeded'), 'moved', 2],
  ['another number', error(42, 'Division by zero'), 'moved', 2],
  ['ERROR_CORE', error('ERROR_CORE', 'SQL query error!'), 'moved', 2],
  ['INTERNAL_SERVER_ERROR', error('INTERNAL_SERVER_ERROR', 'Internal server error'), 'moved', 2],
  ['ERROR_UNEXPECTED_ANSWER', error('ERROR_UNEXPECTED_ANSWER', 'Server returned an unexpected response'), 'moved', 2],
]

/** Refusals that are known to come before the saving (`platform.md` 5.6). */
const final: [body: unknown, story: string][] = [
  [error('ACCESS_DENIED', 'Доступ запрещён'), 'failed no-rights'],
  [error('CRM_ITEM_UPDATE_ACCESS_DENIED', 'Zugriff verweigert'), 'failed no-rights'],
  [error('allowed_only_intranet_user', ''), 'failed no-rights'],
  [error('CRM_FIELD_ERROR_REQUIRED', 'Das Feld "Betrag" ist ein Pflichtfeld'), 'failed required-fields'],
  [error('CRM_ITEM_HAS_RUNNING_WORKFLOWS', ''), 'failed portal-error'],
  [error('UPDATE_DYNAMIC_ITEM_RESTRICTED', ''), 'failed portal-error'],
  [error('ENTITY_TYPE_NOT_SUPPORTED', ''), 'failed portal-error'],
  [error('100', 'Could not find value for parameter {id}'), 'failed portal-error'],
  [error(100, 'Invalid value {x} to match with parameter {id}.'), 'failed portal-error'],
  [error('NOT_FOUND', 'Item not found'), 'skipped item-gone'],
]

describe('a move that the portal answers', () => {
  const mail = async (item: Item, trigger: Record<string, unknown> = {}) => {
    const before = updates().length
    const story = await scene.mail(trigger, [item])
    if (story.some((line) => line.includes(' moved '))) await untilEntries(item, 1)
    return { story, ...tracesOf(item, String(trigger.stageId ?? 'C4:PREPARATION'), before) }
  }

  test.each(final)('with %j is refused, and not called again', async (body, story) => {
    const deal = scene.deal()
    strike('before', body)
    expect(await mail(deal)).toEqual({ story: [`2:${deal.id} ${story}`], calls: 1, entered: 0, entries: 0 })
    expect(deal.stageId).toBe('C4:NEW')
  })

  test.each(doubtful)('with %s before it saved the item', async (_, body, story, calls) => {
    const deal = scene.deal()
    strike('before', body)
    const wasMade = story === 'moved' ? 1 : 0
    const told = wasMade ? moved(deal) : `2:${deal.id} ${story}`
    expect(await mail(deal)).toEqual({ story: [told], calls, entered: wasMade, entries: wasMade })
  })

  test.each(doubtful)(
    'with %s after it saved the item: moved, called once, and the timeline says so once',
    async (_, body) => {
      const deal = scene.deal()
      strike('after', body)
      expect(await mail(deal)).toEqual({ story: [moved(deal)], calls: 1, entered: 1, entries: 1 })
    },
  )

  test('with faults again and again: given up with the portal’s code, never moved', async () => {
    const deal = scene.deal()
    strike('before', error('ERROR_CORE', 'SQL query error!'), 5)
    const { story, ...traces } = await mail(deal)
    expect([story, traces]).toEqual([[`2:${deal.id} failed portal-error`], { calls: 5, entered: 0, entries: 0 }])
    const decision = scene.rig.stagecue.db.selectFrom('decision').select('facts').where('item_id', '=', deal.id)
    expect(JSON.parse((await decision.executeTakeFirstOrThrow()).facts)).toEqual({
      code: 'ERROR_CORE',
      text: 'SQL query error!',
    })
  })

  test.each<[string, (deal: Item) => unknown]>([
    ['a text', () => 'yes'],
    ['true', () => true],
    ['nothing', () => null],
    ['a list', () => []],
    ['an empty item', () => ({ item: [] })],
    ['an item without a stage', ({ id }) => ({ item: { id } })],
    ['an item of wrong types', () => ({ item: { id: {}, stageId: 7 } })],
  ])('with %s in the place of the item is judged by what the portal shows', async (_, bodyOf) => {
    const deal = scene.deal()
    scene.rig.portal.faults.next({ method: 'crm.item.update', kind: 'result', body: bodyOf(deal) })
    const { story, calls, entered } = await mail(deal)
    expect([story, calls, entered]).toEqual([[moved(deal)], 1, 1])
  })

  test.each(['on', 'back'] as const)(
    'after an automation rule has moved the item %s is made',
    async (automationMoves) => {
      const place = { entityTypeId: types.request, categoryId: pipelines.requests }
      const lead = { entityTypeId: types.lead, categoryId: null }
      const estimate = { entityTypeId: types.estimate, categoryId: null }
      const trials: [Item, Record<string, unknown>, string][] = [
        [scene.deal(), {}, 'C4:NEW'],
        [scene.rig.portal.act.createItem(place), { ...place, stageId: 'DT177_9:CLIENT' }, 'DT177_9:NEW'],
        [scene.rig.portal.act.createItem(lead), { ...lead, stageId: 'UC_CALLED' }, 'NEW'],
        // Without a history: that the portal said yes, and has the stage, proves it.
        [scene.rig.portal.act.createItem(estimate), { ...estimate, stageId: 'SENT' }, 'DRAFT'],
      ]
      for (const [item, trigger, from] of trials) {
        scene.rig.portal.switches.automationMoves = automationMoves
        const to = String(trigger.stageId ?? 'C4:PREPARATION')
        const entered = item.entityTypeId === types.estimate ? 0 : 1
        expect(await mail(item, trigger)).toEqual({ story: [moved(item, from, to)], calls: 1, entered, entries: 1 })
        scene.rig.portal.switches.automationMoves = 'no rule'
        expect(item.stageId).not.toBe(to)
      }
    },
  )
})

describe('an undo that the portal answers', () => {
  const ofEachClass = doubtful.filter(([what]) =>
    ['0 in German', 'a code that nobody knows', 'ERROR_CORE'].includes(what),
  )
  let deal: Item
  let entryId: number
  beforeEach(async () => {
    deal = scene.deal()
    expect(await scene.mail({}, [deal])).toEqual([moved(deal)])
    entryId = (await admin('GET', '/api/journal?limit=1')).body.entries[0].id
  })
  const undo = async () => {
    const before = updates().length
    const { status, body } = await admin('POST', `/api/journal/${entryId}/undo`)
    const { body: journal } = await admin('GET', '/api/journal?limit=1')
    if (status === 200) await untilEntries(deal, 2)
    const { calls, entries } = tracesOf(deal, 'C4:NEW', before)
    return { status, undone: journal.entries[0].undone?.userId ?? null, calls, entries: entries - 1, body }
  }
  const isUndone = { status: 200, undone: users.admin, entries: 1 }

  test.each(ofEachClass)('with %s before it saved the item', async (_, body, story, calls) => {
    strike('before', body)
    const refused = { status: story === 'failed no-rights' ? 403 : 503, undone: null, entries: 0 }
    expect(await undo()).toMatchObject({ ...(story === 'moved' ? isUndone : refused), calls })
    expect(deal.stageId).toBe(story === 'moved' ? 'C4:NEW' : 'C4:PREPARATION')
  })

  test.each(ofEachClass)(
    'with %s after it saved the item: undone, called once, and the timeline says so once',
    async (_, body) => {
      strike('after', body)
      expect(await undo()).toMatchObject({ ...isUndone, calls: 1 })
      expect(deal.stageId).toBe('C4:NEW')
    },
  )

  test.each(['on', 'back'] as const)(
    'after an automation rule has moved the item %s is made',
    async (automationMoves) => {
      scene.rig.portal.switches.automationMoves = automationMoves
      expect(await undo()).toMatchObject({ ...isUndone, calls: 1 })
      scene.rig.portal.switches.automationMoves = 'no rule'
      expect(deal.stageId).toBe('C4:PREPARATION')
    },
  )
})

test('an undo to a stage that is gone says so, and calls nothing', async () => {
  const deal = scene.deal({ stageId: 'C4:PREPARATION' })
  const trigger = { stageId: 'C4:UC_VISIT' }
  expect(await scene.mail(trigger, [deal])).toEqual([moved(deal, 'C4:PREPARATION', 'C4:UC_VISIT')])
  scene.rig.portal.act.deleteStage(types.deal, 'C4:PREPARATION')
  const { id } = (await admin('GET', '/api/journal?limit=1')).body.entries[0]
  const before = updates().length
  const { status, body } = await admin('POST', `/api/journal/${id}/undo`)
  expect([status, body.error.message]).toEqual([409, 'The previous stage of the item no longer exists.'])
  expect((await admin('GET', '/api/journal?limit=1')).body.entries[0].undone).toBeNull()
  expect([updates().length, deal.stageId]).toEqual([before, 'C4:UC_VISIT'])
})

test('names that hold markup or references are names in the timeline, and nothing else', async () => {
  const name = '[b]Shop[/b] <a href="https://evil.test">$result[update_1][item][title]</a> $total[update_1]'
  const [deal, other] = [scene.deal({ title: 'Secret' }), scene.deal({ title: 'Secret' })]
  const news = await scene.mail({ name, whenSeveral: 'all', stageId: 'C4:UC_VISIT' }, [deal, other])
  expect(news).toEqual([deal, other].map((one) => moved(one, 'C4:NEW', 'C4:UC_VISIT')))
  const texts = scene.rig.portal.world.timeline.slice(-2).map(({ text }) => text)
  for (const text of texts) {
    expect(text).not.toMatch(/[[\]<>]|Secret/)
    // What breaks a reference up is not seen.
    expect(text.replaceAll('\u200b', '')).toContain('$result［update_1］［item］［title］')
  }
})
