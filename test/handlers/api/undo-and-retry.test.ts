import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, types } = SEED
const kimsDeal = { entityTypeId: types.deal, id: deals.kim }

let rig: Rig
let admin: Api
const newest = async () => (await admin('GET', '/api/journal')).body.entries[0]
const stageOf = () => rig.portal.world.items.get(`${types.deal}:${deals.kim}`)?.stageId

beforeEach(async () => {
  rig = await startRig()
  admin = await rig.as(users.admin)
  await rig.as(users.sam)
})
afterEach(() => rig.stop())

describe('undo', () => {
  beforeEach(async () => {
    await rig.addTrigger({ kind: 'email-incoming' })
    rig.portal.act.receiveMail()
    await rig.settled()
  })

  test('moves the item back under the name of the person who clicks, and says so in journal and timeline', async () => {
    const { id } = await newest()
    const { status, body } = await admin('POST', `/api/journal/${id}/undo`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ id, outcome: 'moved', undone: { userId: users.admin } })
    expect(rig.portal.world.stageHistory.at(-1)).toMatchObject({ stageId: 'C4:NEW', userId: users.admin })
    expect(rig.portal.world.timeline.at(-1)?.authorId).toBe(users.admin)
  })

  test('is possible once', async () => {
    const { id } = await newest()
    await admin('POST', `/api/journal/${id}/undo`)
    expect((await admin('POST', `/api/journal/${id}/undo`)).status).toBe(409)
  })

  test('is refused when the item stands elsewhere by now', async () => {
    rig.portal.act.moveItem(kimsDeal, 'C4:UC_VISIT', { userId: users.ines })
    const { id } = await newest()
    const { status, body } = await admin('POST', `/api/journal/${id}/undo`)
    expect(status).toBe(409)
    expect(body.error.code).toBe('conflict')
    expect(stageOf()).toBe('C4:UC_VISIT')
    expect((await newest()).undone).toBeNull()
    const [line] = (await admin('GET', '/api/audit')).body.entries
    expect(line).toMatchObject({
      action: 'undo-move',
      userId: users.admin,
      detail: { result: 'elsewhere', itemId: deals.kim },
    })
  })

  test('stands in the audit with what came of it', async () => {
    const { id } = await newest()
    await admin('POST', `/api/journal/${id}/undo`)
    const [line] = (await admin('GET', '/api/audit')).body.entries
    expect(line).toMatchObject({ action: 'undo-move', detail: { entryId: Number(id), result: 'undone' } })
  })

  test('is refused to whom the portal refuses it', async () => {
    rig.portal.act.revokeStageRight(users.admin, types.deal, 'C4:NEW')
    const { id } = await newest()
    expect((await admin('POST', `/api/journal/${id}/undo`)).status).toBe(403)
    expect(stageOf()).toBe('C4:PREPARATION')
  })

  test('whose answer is lost is judged by the item', async () => {
    rig.portal.faults.next({ method: 'crm.item.update', kind: 'reset', when: 'after' })
    const { id } = await newest()
    const { status, body } = await admin('POST', `/api/journal/${id}/undo`)
    expect(status).toBe(200)
    expect(body.undone).toMatchObject({ userId: users.admin })
  })

  test('is for managers, and for entries of this portal', async () => {
    const sam = await rig.as(users.sam)
    const { id } = await newest()
    expect((await sam('POST', `/api/journal/${id}/undo`)).status).toBe(403)
    expect((await admin('POST', '/api/journal/999/undo')).status).toBe(404)
  })
})

describe('retry', () => {
  test('decides once more with everything as it is now', async () => {
    rig.portal.switches.requiredFieldsOverRest = 'on'
    await rig.addTrigger({ kind: 'email-incoming', stageId: 'C4:UC_CONTRACT' })
    rig.portal.act.receiveMail()
    await rig.settled()
    const { id, reason } = await newest()
    expect(reason).toBe('required-fields')
    rig.portal.act.changeField(kimsDeal, { opportunity: 4200 })
    const { status, body } = await admin('POST', `/api/journal/${id}/retry`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ id, outcome: 'moved', reason: null, move: { userId: users.sam } })
  })

  test('is refused for what did not fail, and for an item that stands elsewhere', async () => {
    await rig.addTrigger({ kind: 'email-incoming', stageId: 'C4:UC_CONTRACT' })
    rig.portal.act.receiveMail()
    await rig.settled()
    const { id } = await newest()
    rig.portal.act.moveItem(kimsDeal, 'C4:PREPARATION')
    expect((await admin('POST', `/api/journal/${id}/retry`)).status).toBe(409)
  })

  test('happens by itself when the access that was missing has come', async () => {
    await rig.addTrigger({
      kind: 'email-incoming',
      ifNoAccess: 'wait',
      changeStageAs: { type: 'user', userId: users.ines },
    })
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} failed no-access`])
    await rig.as(users.ines)
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.ines}`])
  })
})
