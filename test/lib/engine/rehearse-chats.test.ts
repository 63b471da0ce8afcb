import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { aTrigger, type Rig, startRig } from '../../rig.ts'

const { users, deals, types, forms } = SEED
const kimsDeal = { entityTypeId: types.deal, id: deals.kim }

/** What triggers of Open Channels and forms would have done about what is past. */
describe('a rehearsal', () => {
  let rig: Rig
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000)
  const rehearse = async (trigger: Record<string, unknown>) => {
    const admin = await rig.as(users.admin)
    const since = inSeconds(-3600).toISOString()
    const { body } = await admin('POST', '/api/triggers/rehearse', { trigger: { ...aTrigger, ...trigger }, since })
    return body.entries.map(({ outcome, reason }: Record<string, string>) => `${outcome} ${reason}`)
  }

  beforeAll(async () => {
    rig = await startRig()
    const { sessionId } = rig.portal.act.newChat({ at: inSeconds(-300) })
    rig.portal.act.acceptChat(sessionId, { at: inSeconds(-240) })
    rig.portal.act.operatorMessage(sessionId, 'Hello', { at: inSeconds(-230) })
    rig.portal.act.newChat({ begunBy: 'employee', at: inSeconds(-200) })
    for (const form of [forms.callback, forms.contact]) rig.portal.act.submitForm(form, { bindings: [kimsDeal] })
    await rig.settled()
  })
  afterAll(() => rig.stop())

  test('knows which conversations a customer began, and which were accepted', async () => {
    expect(await rehearse({ kind: 'chat-first-message' })).toEqual(['would-move watch'])
    expect(await rehearse({ kind: 'chat-accepted' })).toEqual(['would-move watch'])
  })

  test("knows how long it took by the first employee's message", async () => {
    expect(await rehearse({ kind: 'chat-accept-time', fields: { seconds: 70 } })).toEqual(['would-move watch'])
    expect(await rehearse({ kind: 'chat-accept-time', fields: { seconds: 90 } })).toEqual(['skipped filter'])
  })

  test('knows callback forms', async () => {
    expect(await rehearse({ kind: 'form-submitted' })).toEqual(['would-move watch'])
  })
})
