import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { beginScene, contact, moved, type Scene } from '../lib/engine/scene.ts'
import { SEED } from '../portal/index.ts'

const { types, pipelines, contacts, emails, phones } = SEED
const onRequests = {
  entityTypeId: types.request,
  categoryId: pipelines.requests,
  stageId: 'DT177_9:CLIENT',
  viaClient: true,
}
const onEstimates = { entityTypeId: types.estimate, categoryId: null, stageId: 'SENT' }

let scene: Scene
beforeAll(async () => {
  scene = await beginScene({ env: { LATE_BINDING_SECONDS: '0.05,0.1,0.15' } })
})
afterAll(() => scene.end())

describe('F10: the second contact of a request calls', () => {
  test('the request moves', async () => {
    const { act } = scene.rig.portal
    const request = act.createItem({ entityTypeId: types.request, contactIds: [contacts.kim, contacts.max] })
    const story = await scene.story({ kind: 'call-inbound', ...onRequests }, () => act.callIn({ phone: phones.max }))
    expect(story).toEqual([moved(request, 'DT177_9:NEW', 'DT177_9:CLIENT')])
  })
})

describe('F26: an estimate is answered by e-mail', () => {
  const answer = () => scene.rig.portal.act.receiveMail({ from: emails.max, bindings: [contact(contacts.max)] })
  const estimate = (days: number) => {
    const at = new Date(Date.now() - days * 86_400_000)
    return scene.rig.portal.act.createItem({ entityTypeId: types.estimate, contactIds: [contacts.max] }, { at })
  }

  test('the client’s newest open estimate moves, without being asked to look at clients', async () => {
    estimate(2)
    const newest = estimate(1)
    expect(await scene.story({ kind: 'email-incoming', ...onEstimates }, answer)).toEqual([
      moved(newest, 'DRAFT', 'SENT'),
    ])
  })

  test('with several and “none”: several', async () => {
    const [one, other] = [estimate(0.2), estimate(0.1)]
    const trigger = { kind: 'email-incoming', ...onEstimates, whenSeveral: 'none' }
    expect(await scene.story(trigger, answer)).toEqual([one, other].map(({ id }) => `7:${id} skipped several`).sort())
  })

  test('a deal of the same client stays: Bitrix24 binds e-mails to deals itself', async () => {
    scene.deal({ contactIds: [contacts.max] })
    expect(await scene.story({ kind: 'email-incoming', viaClient: true }, answer)).toEqual(['no item skipped no-item'])
  })
})
