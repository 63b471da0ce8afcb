import { afterEach, describe, expect, test } from 'vitest'
import type { Fault } from '../../portal/faults.ts'
import { type Portal, SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, types } = SEED
const kimsDeal = { entityTypeId: types.deal, id: deals.kim }

/** How often the deal entered the target stage, by the portal's own history. */
const entered = ({ world }: Portal, stageId = 'C4:PREPARATION') =>
  world.stageHistory.filter((row) => row.ownerId === deals.kim && row.stageId === stageId).length

/** Moves whose answer is lost are settled by what the portal shows (`design.md` 3, rule 5). */
describe('a move whose answer is lost', () => {
  let rig: Rig
  const begin = async () => {
    rig = await startRig()
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
  }
  const lose = (when: 'before' | 'after', kind: 'reset' | 'cut' | 'html') =>
    rig.portal.faults.next({ method: 'crm.item.update', kind, when })
  afterEach(() => rig.stop())

  test.each(['reset', 'cut', 'html'] as const)(
    'after the portal acted (%s): moved, and not called again',
    async (kind) => {
      await begin()
      lose('after', kind)
      rig.portal.act.receiveMail()
      await rig.settled()
      expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
      expect(entered(rig.portal)).toBe(1)
      const updates = rig.portal.requests.filter(({ methods }) => methods.includes('crm.item.update'))
      expect(updates).toHaveLength(1)
    },
  )

  /** Once the portal was called, the item's list answers this to whoever looks, or to one person only. */
  const hide = async (answer: Pick<Fault, 'kind' | 'body'>, more: Pick<Fault, 'userId' | 'times'>) => {
    while (!rig.portal.requests.some(({ methods }) => methods.includes('crm.item.update'))) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    rig.portal.faults.next({ command: `items_${types.deal}_${deals.kim}`, ...answer, ...more })
  }
  const denied = { kind: 'refusal', body: { error: 'ACCESS_DENIED', error_description: 'Access denied.' } } as const

  test.each([
    ['is refused to the reader', denied],
    ['is not shown to the reader', { kind: 'result', body: { items: [] } } as const],
  ])('on an item that %s: whoever moved it looks, and it counts as moved', async (_what, answer) => {
    await begin()
    lose('after', 'reset')
    rig.portal.act.receiveMail()
    await hide(answer, { userId: users.admin })
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
    expect(rig.portal.faults.waiting).toEqual([])
  })

  test('on an item that is refused to everybody: nobody says what came of it', async () => {
    await begin()
    lose('after', 'reset')
    rig.portal.act.receiveMail()
    await hide(denied, { times: 2 })
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} failed portal-error`])
    const { facts } = await rig.stagecue.db.selectFrom('decision').select('facts').executeTakeFirstOrThrow()
    expect(JSON.parse(facts)).toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    expect(rig.portal.faults.waiting).toEqual([])
  })

  test('before the portal acted: called again, once, and moved', async () => {
    await begin()
    lose('before', 'reset')
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
    expect(entered(rig.portal)).toBe(1)
  })

  test('before the portal acted, on an item that a person moved there and back in the same second: called again, and moved', async () => {
    await begin()
    rig.portal.act.moveItem(kimsDeal, 'C4:PREPARATION')
    rig.portal.act.moveItem(kimsDeal, 'C4:NEW')
    lose('before', 'reset')
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
    expect(entered(rig.portal)).toBe(2)
    expect(rig.portal.requests.filter(({ methods }) => methods.includes('crm.item.update'))).toHaveLength(2)
  })

  test('before the portal acted, on an item that went there and back twice in the same second: called again', async () => {
    await begin()
    for (const stageId of ['C4:PREPARATION', 'C4:NEW', 'C4:PREPARATION', 'C4:NEW']) {
      rig.portal.act.moveItem(kimsDeal, stageId)
    }
    lose('before', 'reset')
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
    expect(entered(rig.portal)).toBe(3)
  })

  test('twice before the portal acted: given up, with the reason', async () => {
    await begin()
    lose('before', 'reset')
    lose('before', 'reset')
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} failed portal-error`])
    expect(entered(rig.portal)).toBe(0)
  })

  test('a person moves the item on meanwhile: it stays where the person put it', async () => {
    await begin()
    lose('before', 'reset')
    rig.portal.act.receiveMail()
    await rig.portal.idle()
    while (!rig.portal.requests.some(({ methods }) => methods.includes('crm.item.update'))) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    rig.portal.act.moveItem(kimsDeal, 'C4:UC_VISIT', { userId: users.ines })
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} skipped superseded`])
    expect(entered(rig.portal)).toBe(0)
  })

  test('what happens to the item meanwhile waits, and is decided when the move is settled', async () => {
    await begin()
    await rig.addTrigger({ kind: 'call-outbound', stageId: 'C4:UC_VISIT' })
    lose('after', 'reset')
    rig.portal.act.receiveMail()
    await rig.portal.idle()
    while (entered(rig.portal) === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    rig.portal.act.callOut({ bindings: [kimsDeal] })
    const { db } = rig.stagecue
    const waits = db.updateTable('work').set({ due_at: '2099-01-01T00:00:00.000Z' }).where('reason', '=', 'item-busy')
    // However late it would be looked at by itself.
    while ((await waits.executeTakeFirst()).numUpdatedRows === 0n)
      await new Promise((resolve) => setTimeout(resolve, 20))
    await rig.settled()
    expect(await rig.story()).toEqual([
      `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`,
      `2:${deals.kim} moved C4:PREPARATION>C4:UC_VISIT by ${users.sam}`,
    ])
  })

  test('moved by us, and on by a person: moved', async () => {
    await begin()
    lose('after', 'reset')
    rig.portal.act.receiveMail()
    await rig.portal.idle()
    while (entered(rig.portal) === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    rig.portal.act.moveItem(kimsDeal, 'C4:UC_VISIT', { userId: users.ines })
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
    expect(rig.portal.world.items.get(`2:${deals.kim}`)?.stageId ?? 'C4:UC_VISIT').toBe('C4:UC_VISIT')
  })
})

test.each(['put back', 'CRM_FIELD_ERROR_VALUE_NOT_VALID'] as const)(
  'a move whose stage is deleted while it is on its way (%s): the stage is gone, and the trigger needs attention',
  async (crossPipelineStage) => {
    const rig = await startRig({ portal: { switches: { crossPipelineStage } } })
    await rig.as(users.sam)
    const { id } = await rig.addTrigger({ kind: 'email-incoming' })
    const calls = () => rig.portal.requests.filter(({ methods }) => methods.includes('crm.item.update')).length
    rig.portal.faults.slowMs = 300
    rig.portal.act.receiveMail()
    while (calls() === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    rig.portal.act.deleteStage(types.deal, 'C4:PREPARATION')
    rig.portal.faults.slowMs = 0
    await rig.settled()
    const admin = await rig.as(users.admin)
    const { body } = await admin('GET', `/api/triggers/${id}`)
    expect([await rig.story(), calls(), body.attention?.reason]).toEqual([
      [`2:${deals.kim} failed stage-gone`],
      1,
      'stage-gone',
    ])
    expect(rig.portal.world.timeline).toEqual([])
    await rig.stop()
  },
)

test('an undo whose stage is deleted while it is on its way leaves no entry in the timeline', async () => {
  const rig = await startRig()
  await rig.as(users.sam)
  await rig.addTrigger({ kind: 'email-incoming' })
  rig.portal.act.receiveMail()
  await rig.settled()
  const admin = await rig.as(users.admin)
  const { body: journal } = await admin('GET', '/api/journal?limit=1')
  const calls = () => rig.portal.requests.filter(({ methods }) => methods.includes('crm.item.update')).length
  rig.portal.faults.slowMs = 300
  const undo = admin('POST', `/api/journal/${journal.entries[0].id}/undo`)
  while (calls() === 1) await new Promise((resolve) => setTimeout(resolve, 10))
  rig.portal.act.deleteStage(types.deal, 'C4:NEW')
  rig.portal.faults.slowMs = 0
  expect((await undo).status).not.toBe(200)
  await rig.settled()
  expect(rig.portal.world.timeline.map(({ entityId }) => entityId)).toEqual([deals.kim])
  await rig.stop()
})

describe('a move that the portal does not take', () => {
  test.each([
    ['its plan has no REST just now', 401, 'ACCESS_DENIED', 'REST API is available only on commercial plans.'],
    ['it is busy', 503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests'],
    ['it cannot reach its OAuth server', 401, 'CONNECTION_ERROR', 'Error connecting to authorization server'],
  ])('because %s is made when it does', async (_, status, error, text) => {
    const rig = await startRig()
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    const body = { error, error_description: text }
    rig.portal.faults.next({ method: 'crm.item.update', kind: 'status', status, body, times: 2 })
    rig.portal.act.receiveMail()
    await rig.settled()
    expect([await rig.story(), entered(rig.portal)]).toEqual([
      [`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`],
      1,
    ])
    await rig.stop()
  })

  test('for a day is not made any more', async () => {
    const rig = await startRig()
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    const body = { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' }
    rig.portal.faults.next({ method: 'crm.item.update', kind: 'status', status: 503, body, times: 9 })
    rig.portal.act.receiveMail()
    const { db } = rig.stagecue
    const dayAgo = new Date(Date.now() - 25 * 3_600_000).toISOString()
    const age = db.updateTable('work').set({ created_at: dayAgo }).where('kind', '=', 'settle-move')
    while ((await age.executeTakeFirst()).numUpdatedRows === 0n) await new Promise((resolve) => setTimeout(resolve, 20))
    await rig.settled()
    expect([await rig.story(), entered(rig.portal)]).toEqual([[`2:${deals.kim} skipped stale`], 0])
    await rig.stop()
  })
})
