import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../api.ts'
import { type ItemRef, SEED } from '../../portal/index.ts'
import { beginScene, moved, type Scene } from './scene.ts'

const { users, types, pipelines, deals } = SEED

/** Moves that the portal does not make, and what the journal says of them (`triggers.md`, guards). */
describe('the portal refuses a move', () => {
  let scene: Scene
  let admin: Api
  /** The journal's newest entry. */
  const entry = async () => (await admin('GET', '/api/journal?limit=1')).body.entries[0]
  const entries = (ref: ItemRef) => scene.rig.portal.world.timeline.filter(({ entityId }) => entityId === ref.id)

  describe('(the portal asks for required fields over REST)', () => {
    beforeAll(async () => {
      scene = await beginScene({ portal: { switches: { requiredFieldsOverRest: 'on' } } })
      admin = await scene.rig.as(users.admin)
      for (const userId of [users.noClosing, users.readOnly, users.ines]) await scene.rig.as(userId)
    })
    afterAll(() => scene.end())

    test('because the stage demands empty fields: the journal names them, the timeline says nothing', async () => {
      const deal = scene.deal()
      expect(await scene.mail({ stageId: 'C4:UC_CONTRACT' }, [deal])).toEqual([`2:${deal.id} failed required-fields`])
      expect((await entry()).occurrence.kind).toBe('email-incoming')
      const { facts } = await scene.rig.stagecue.db
        .selectFrom('decision')
        .select('facts')
        .where('item_id', '=', deal.id)
        .executeTakeFirstOrThrow()
      expect(JSON.parse(facts)).toMatchObject({ code: 'CRM_FIELD_ERROR_REQUIRED', fields: ['Amount'] })
      expect(entries(deal)).toEqual([])
      expect(deal.stageId).toBe('C4:NEW')
    })

    test('and makes it when they are filled in', async () => {
      const deal = scene.deal({ opportunity: 5 })
      expect(await scene.mail({ stageId: 'C4:UC_CONTRACT' }, [deal])).toEqual([moved(deal, 'C4:NEW', 'C4:UC_CONTRACT')])
      expect(entries(deal)).toHaveLength(1)
    })

    test.each([
      ['may not move deals to this stage', users.noClosing, 'C4:WON'],
      ['may edit nothing', users.readOnly, 'C4:PREPARATION'],
    ])('because the person %s', async (_, userId, stageId) => {
      const deal = scene.deal()
      const trigger = { stageId, changeStageAs: { type: 'user', userId } }
      expect(await scene.mail(trigger, [deal])).toEqual([`2:${deal.id} failed no-rights`])
      expect(await entry()).toMatchObject({ move: { from: 'C4:NEW', to: stageId, userId } })
      expect(entries(deal)).toEqual([])
    })

    test('because the right to the stage was taken away; the same person moves others, and other stages', async () => {
      scene.rig.portal.act.revokeStageRight(users.ines, types.deal, 'C4:UC_OFFER')
      const [deal, other] = [scene.deal(), scene.deal()]
      const as = { changeStageAs: { type: 'user', userId: users.ines } }
      expect(await scene.mail({ ...as, stageId: 'C4:UC_OFFER' }, [deal])).toEqual([`2:${deal.id} failed no-rights`])
      expect(await scene.mail(as, [other])).toEqual([moved(other, 'C4:NEW', 'C4:PREPARATION', users.ines)])
      scene.rig.portal.act.grantStageRight(users.ines, types.deal, 'C4:UC_OFFER')
      expect(await scene.mail({ ...as, stageId: 'C4:UC_OFFER' }, [deal])).toEqual([
        moved(deal, 'C4:NEW', 'C4:UC_OFFER', users.ines),
      ])
    })

    test('of one item of several: the others move', async () => {
      const [allowed, forbidden] = [scene.deal(), scene.deal()]
      scene.rig.portal.act.setItemRight(users.ines, forbidden, { edit: false })
      const as = { changeStageAs: { type: 'user', userId: users.ines } }
      expect(await scene.mail(as, [allowed, forbidden])).toEqual(
        [moved(allowed, 'C4:NEW', 'C4:PREPARATION', users.ines), `2:${forbidden.id} failed no-rights`].sort(),
      )
      expect([entries(allowed).length, entries(forbidden).length]).toEqual([1, 0])
    })
  })

  describe('because the item', () => {
    beforeAll(async () => {
      scene = await beginScene()
    })
    afterAll(() => scene.end())
    /** Sets an e-mail off and does something just when the move is on its way to the portal. */
    const meanwhile = (trigger: Record<string, unknown>, ref: ItemRef, act: () => void) =>
      scene.story({ kind: 'email-incoming', ...trigger }, () => {
        const { faults, requests } = scene.rig.portal
        const before = requests.length
        const isCalled = () => requests.slice(before).some(({ methods }) => methods.includes('crm.item.update'))
        faults.slowMs = 300
        scene.rig.portal.act.receiveMail({ bindings: [ref] })
        const whenCalled = async () => {
          while (!isCalled()) await sleep(10)
          act()
          faults.slowMs = 0
        }
        void whenCalled()
      })

    test('was deleted just now', async () => {
      const deal = scene.deal()
      const story = await meanwhile({}, deal, () => scene.rig.portal.act.deleteItem(deal))
      expect(story).toEqual([`2:${deal.id} skipped item-gone`])
    })

    test('was deleted before: a paid invoice whose deal is gone', async () => {
      const deal = scene.deal()
      const invoice = scene.rig.portal.act.createInvoice({ dealId: deal.id })
      const story = await scene.story({ kind: 'payment-received' }, () => {
        scene.rig.portal.act.deleteItem(deal)
        scene.rig.portal.act.payInvoice(invoice)
      })
      expect(story).toEqual([`2:${deal.id} skipped item-gone`])
    })

    test('was taken to another pipeline just now, and the portal refuses a stage of the old one', async () => {
      scene.rig.portal.switches.crossPipelineStage = 'CRM_FIELD_ERROR_VALUE_NOT_VALID'
      const deal = scene.deal()
      const story = await meanwhile({}, deal, () => scene.rig.portal.act.moveItem(deal, 'NEW'))
      scene.rig.portal.switches.crossPipelineStage = 'put back'
      expect(story).toEqual([`2:${deal.id} skipped superseded`])
      expect(deal).toMatchObject({ categoryId: 0, stageId: 'NEW' })
    })

    test('of a smart process was taken to another pipeline just now: it is not taken back', async () => {
      const request = scene.rig.portal.act.createItem({ entityTypeId: types.request, categoryId: pipelines.requests })
      const trigger = { entityTypeId: types.request, categoryId: pipelines.requests, stageId: 'DT177_9:CLIENT' }
      const story = await meanwhile(trigger, request, () => scene.rig.portal.act.moveItem(request, 'DT177_10:NEW'))
      expect(story).toEqual([`177:${request.id} skipped superseded`])
      expect(request).toMatchObject({ categoryId: pipelines.warranty, stageId: 'DT177_10:NEW' })
    })

    test('the same, and the portal puts the stage back in silence: superseded', async () => {
      const deal = scene.deal()
      const story = await meanwhile({}, deal, () => scene.rig.portal.act.moveItem(deal, 'NEW'))
      expect(story).toEqual([`2:${deal.id} skipped superseded`])
      expect(deal).toMatchObject({ categoryId: 0, stageId: 'NEW' })
    })
  })
})

/** Estimates have no history: a move whose answer is lost is settled by the item alone (`design.md` 3, rule 5). */
describe('the answer to the move of an estimate is lost', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await beginScene()
    return () => scene.end()
  })
  const estimate = { entityTypeId: types.estimate, id: SEED.estimates.kim }
  const trigger = { entityTypeId: types.estimate, categoryId: null, stageId: 'SENT' }
  const lose = (when: 'before' | 'after') =>
    scene.rig.portal.faults.next({ method: 'crm.item.update', kind: 'reset', when })
  const updates = () => scene.rig.portal.requests.filter(({ methods }) => methods.includes('crm.item.update')).length
  const histories = () => scene.rig.portal.requests.filter(({ methods }) => methods.includes('crm.stagehistory.list'))

  test('after the portal acted: moved, and not called again; no history is asked for', async () => {
    lose('after')
    expect(await scene.mail(trigger, [estimate])).toEqual([moved(estimate, 'DRAFT', 'SENT')])
    expect([updates(), histories()]).toEqual([1, []])
  })

  test('before the portal acted: called again', async () => {
    lose('before')
    expect(await scene.mail(trigger, [estimate])).toEqual([moved(estimate, 'DRAFT', 'SENT')])
    expect([updates(), histories()]).toEqual([2, []])
  })

  test('and a person moved it elsewhere meanwhile: superseded', async () => {
    lose('before')
    const story = await scene.story({ ...trigger, kind: 'email-incoming' }, () => {
      scene.rig.portal.act.receiveMail({ bindings: [estimate] })
      const whenLost = async () => {
        while (updates() === 0) await sleep(10)
        scene.rig.portal.act.moveItem(estimate, 'UC_REVISED', { userId: users.ines })
      }
      void whenLost()
    })
    expect(story).toEqual([`7:${estimate.id} skipped superseded`])
  })

  test('and it is gone meanwhile: item gone', async () => {
    lose('before')
    const story = await scene.story({ ...trigger, kind: 'email-incoming' }, () => {
      scene.rig.portal.act.receiveMail({ bindings: [estimate, { entityTypeId: types.deal, id: deals.kim }] })
      const whenLost = async () => {
        while (updates() === 0) await sleep(10)
        scene.rig.portal.act.deleteItem(estimate)
      }
      void whenLost()
    })
    expect(story).toEqual([`7:${estimate.id} skipped item-gone`])
  })
})
