import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, types } = SEED
const moved = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`

/** Whatever the portal does, nothing is lost, nothing crashes, and everything ends with its reason. */
describe('a portal in trouble', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await startRig()
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
  })
  afterEach(() => rig.stop())

  test.each(['html', 'cut', 'reset'] as const)('answers a reading request with %s: it is asked again', async (kind) => {
    rig.portal.faults.next({ method: 'crm.activity.list', kind })
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([moved])
  })

  test.each([
    ['PAYMENT_REQUIRED', /is not paid for/],
    ['APPLICATION_NOT_FOUND', /is not installed/],
    ['invalid_client', /is not installed/],
  ])('serves the app no longer (%s): all waits, the status says why, and goes on by itself', async (code, told) => {
    const body = { error: code, error_description: 'no' }
    const admin = await rig.as(users.admin)
    rig.portal.faults.next({ method: 'crm.activity.list', kind: 'status', status: 401, body, times: 3 })
    rig.portal.act.receiveMail()
    await expect
      .poll(async () => (await admin('GET', '/api/status')).body.attention)
      .toMatchObject([{ triggerId: null, reason: 'unserved', detail: expect.stringMatching(told) }])
    await rig.settled()
    expect(await rig.story()).toEqual([moved])
    expect((await admin('GET', '/api/status')).body).toMatchObject({ attention: [], work: { parked: 0 } })
  })

  test('refuses for too many requests: its work waits, then goes on', async () => {
    const body = { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' }
    rig.portal.faults.next({ method: 'crm.item.update', kind: 'status', status: 503, body })
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([moved])
  })

  test('is down for a while: the notices wait and are worked off afterwards', async () => {
    rig.portal.act.receiveMail()
    rig.portal.faults.down = true
    await rig.portal.idle()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(await rig.story()).toEqual([])
    rig.portal.faults.down = false
    await rig.settled()
    expect(await rig.story()).toEqual([moved])
  })

  test('does not let us read the activity any more: the notice ends with that reason', async () => {
    const { activityId } = rig.portal.act.receiveMail()
    const admin = rig.portal.world.users.get(users.admin)
    if (admin) admin.admin = false
    rig.portal.act.setRights(users.admin, { read: 'own' })
    await rig.settled()
    expect(await rig.story()).toEqual([])
    const notice = await rig.stagecue.db
      .selectFrom('work')
      .select('reason')
      .where('subject', '=', `ONCRMACTIVITYADD:${activityId}`)
      .executeTakeFirstOrThrow()
    expect(notice.reason).toBe('activity-gone')
  })

  test('refuses the move for a missing right: no-rights, and nobody else makes it', async () => {
    rig.portal.act.revokeStageRight(users.sam, types.deal, 'C4:PREPARATION')
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} failed no-rights`])
    expect(rig.portal.world.timeline).toEqual([])
  })

  test('refuses the move for empty fields of the stage: the journal names them', async () => {
    rig.portal.switches.requiredFieldsOverRest = 'on'
    await rig.addTrigger({ kind: 'call-outbound', stageId: 'C4:UC_CONTRACT' })
    rig.portal.act.callOut()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} failed required-fields`])
    const admin = await rig.as(users.admin)
    const { body } = await admin('GET', '/api/journal')
    expect(JSON.stringify(body.entries[0])).toMatch(/Amount/)
  })

  test("has lost the trigger's stage: stage-gone, and the trigger needs attention", async () => {
    rig.portal.act.deleteStage(types.deal, 'C4:PREPARATION')
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} failed stage-gone`])
    const admin = await rig.as(users.admin)
    const { body } = await admin('GET', '/api/triggers')
    expect(body[0].attention).toMatchObject({ reason: 'stage-gone' })
  })

  test('has dismissed the acting user: his access is dead, and the installer stands in, flagged', async () => {
    rig.portal.act.dismissUser(users.sam)
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.admin} for ${users.sam}`])
  })
})
