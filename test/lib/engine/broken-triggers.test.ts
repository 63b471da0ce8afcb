import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ItemRef, SEED } from '../../portal/index.ts'
import { onlyAt } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { inOneTurn } from './one-turn.ts'
import { contact, moved } from './scene.ts'

const { users, types, deals, requests, contacts, pipelines } = SEED
const kimsDeal = { entityTypeId: types.deal, id: deals.kim }
const kimsRequest = { entityTypeId: types.request, id: requests.kim }
const onRequests = { entityTypeId: types.request, categoryId: pipelines.requests, stageId: 'DT177_9:CLIENT' }

describe('what is wrong with one trigger holds up no other', onlyAt({ stagesOff: 'no' }), () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await startRig({
      portal: { limits: { enabled: false } },
      env: { LATE_BINDING_SECONDS: '0.05', CALL_RECHECK_SECONDS: '0.05' },
    })
    await rig.as(users.sam)
  })
  afterEach(async () => {
    const parked = await rig.stagecue.db.selectFrom('work').selectAll().where('state', '=', 'parked').execute()
    expect(parked).toEqual([])
    await rig.stop()
  })

  const attentionOf = async (id: string) => {
    const admin = await rig.as(users.admin)
    return (await admin('GET', `/api/triggers/${id}`)).body.attention?.reason ?? null
  }
  /** Two triggers of a kind: on requests, which is or will be broken, and on deals. */
  const bothOf = async (kind: string) => {
    const broken = await rig.addTrigger({ kind, ...onRequests })
    await rig.addTrigger({ kind })
    await rig.settled()
    return broken.id
  }
  const call = (...bindings: ItemRef[]) => inOneTurn(rig, () => rig.portal.act.callIn({ bindings }))

  test('a smart process that nobody uses is deleted: e-mails move deals as before', async () => {
    const broken = await rig.addTrigger({ kind: 'form-submitted', ...onRequests })
    await rig.addTrigger({ kind: 'email-incoming' })
    await rig.settled()
    rig.portal.act.deleteSmartProcess(types.request)
    await inOneTurn(rig, () => rig.portal.act.receiveMail())
    expect(await rig.story()).toEqual([moved(kimsDeal)])
    expect(await attentionOf(broken.id)).toBe('stage-gone')
  })

  test('a smart process is deleted: a call moves the deal, and the journal says what is gone', async () => {
    const broken = await bothOf('call-missed')
    rig.portal.act.deleteSmartProcess(types.request)
    await inOneTurn(rig, () => rig.portal.act.callIn({ result: 'missed' }))
    expect((await rig.story()).sort()).toEqual([moved(kimsDeal), 'no item failed stage-gone'])
    expect(await attentionOf(broken)).toBe('stage-gone')
  })

  test('it is deleted while a call is looked at: its items are refused', async () => {
    const broken = await bothOf('call-inbound')
    const { activityId } = await inOneTurn(
      rig,
      () => rig.portal.act.callIn({ bindings: [kimsRequest, kimsDeal] }),
      () => {
        const gone = { error: 'NOT_FOUND', error_description: 'SPA not found' }
        rig.portal.faults.next({
          method: 'crm.item.list',
          command: 'items_177_',
          kind: 'refusal',
          body: gone,
          times: 2,
        })
      },
    )
    expect(activityId).not.toBeNull()
    expect((await rig.story()).sort()).toEqual(['177:1771 failed stage-gone', moved(kimsDeal)])
    expect(await attentionOf(broken)).toBe('stage-gone')
  })

  test.each(['as the source', 'as documented'] as const)(
    'its client field is switched off, %s: nothing of the client is found',
    async (position) => {
      await bothOf('call-missed')
      rig.portal.switches.clientFieldOff = position
      await inOneTurn(rig, () =>
        rig.portal.act.callIn({
          result: 'missed',
          bindings: [contact(contacts.kim), { entityTypeId: 4, id: SEED.companies.client }, kimsDeal],
        }),
      )
      expect((await rig.story()).sort()).toEqual([moved(kimsDeal), 'no item skipped no-item'])
    },
  )

  test.each(['as the source', 'as documented'] as const)(
    'its stages are switched off, %s: the item stays, and the trigger needs attention until they are there again',
    async (position) => {
      const broken = await bothOf('call-inbound')
      rig.portal.switches.stagesOff = position
      await call(kimsRequest, kimsDeal)
      expect((await rig.story()).sort()).toEqual(['177:1771 failed stage-gone', moved(kimsDeal)])
      expect(await attentionOf(broken)).toBe('stage-gone')
      rig.portal.switches.stagesOff = 'no'
      await call(kimsRequest)
      expect(await rig.story()).toContain(moved(kimsRequest, 'DT177_9:NEW', 'DT177_9:CLIENT'))
      expect(await attentionOf(broken)).toBeNull()
    },
  )

  test('its pipeline is deleted', async () => {
    const onWarranty = { entityTypeId: types.request, categoryId: pipelines.warranty, stageId: 'DT177_10:CLIENT' }
    const { id } = await rig.addTrigger({ kind: 'call-inbound', ...onWarranty })
    await rig.addTrigger({ kind: 'call-inbound' })
    rig.portal.act.deleteItem({ entityTypeId: types.request, id: requests.lee })
    rig.portal.act.deletePipeline(types.request, pipelines.warranty)
    await rig.settled()
    await call(kimsRequest, kimsDeal)
    expect((await rig.story()).sort()).toEqual(['177:1771 failed stage-gone', moved(kimsDeal)])
    expect(await attentionOf(id)).toBe('stage-gone')
  })

  test('what the portal refused is forgotten when it is told again', async () => {
    const broken = await bothOf('call-inbound')
    const denied = { error: 'ACCESS_DENIED', error_description: 'Access denied.' }
    rig.portal.faults.next({ command: 'items_177_', kind: 'refusal', body: denied, times: 2 })
    await call(kimsRequest, kimsDeal)
    expect((await rig.story()).sort()).toEqual(['177:1771 failed portal-error', moved(kimsDeal)])
    expect(await attentionOf(broken)).toBe('portal-error')
    await call(kimsRequest)
    expect(await rig.story()).toContain(moved(kimsRequest, 'DT177_9:NEW', 'DT177_9:CLIENT'))
    expect(await attentionOf(broken)).toBeNull()
  })
})
