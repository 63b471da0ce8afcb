import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, types } = SEED
let rig: Rig
let admin: Api
let manager: Api

beforeAll(async () => {
  rig = await startRig()
  ;[admin, manager] = [await rig.as(users.admin), await rig.as(users.sam)]
  await admin('PUT', '/api/settings', { managers: [users.sam] })
  await rig.settled()
})
afterAll(() => rig.stop())
beforeEach(async () => {
  for (const { id } of (await admin('GET', '/api/triggers')).body) await admin('DELETE', `/api/triggers/${id}`)
})

const attentionOf = async (id: string) => (await admin('GET', `/api/triggers/${id}`)).body.attention?.reason ?? null

describe('attention', () => {
  it('is drawn to a trigger that can never move anything, in every answer, until it can', async () => {
    const made = await rig.addTrigger({ stageId: 'C4:NEW' })
    expect(made.attention).toMatchObject({ reason: 'moves-nothing' })
    const inNeed = (await admin('GET', '/api/status')).body.attention
    expect(inNeed).toContainEqual(expect.objectContaining({ triggerId: made.id, reason: 'moves-nothing' }))
    const off = (await admin('PUT', `/api/triggers/${made.id}`, { ...made, enabled: false })).body
    expect(off.attention).toBeNull()
    const back = await admin('PUT', `/api/triggers/${made.id}`, { ...off, enabled: true, allowMovingBack: true })
    expect(back.body.attention).toBeNull()
  })

  it('is drawn to a trigger on e-mails of a smart process without a client field, as nothing is bound to them there', async () => {
    const place = { entityTypeId: types.request, categoryId: SEED.pipelines.requests, stageId: 'DT177_9:CLIENT' }
    const reasons = async (office: Rig) => {
      const mail = await office.addTrigger({ ...place, kind: 'email-incoming' })
      const call = await office.addTrigger({ ...place, kind: 'call-missed' })
      return [mail, call].map(({ attention }) => (attention as { reason: string } | null)?.reason ?? null)
    }
    expect(await reasons(rig)).toEqual([null, null])
    const office = await startRig({ portal: { switches: { clientFieldOff: 'as the source' } } })
    expect(await reasons(office)).toEqual(['no-client', null])
    const api = await office.as(users.admin)
    expect((await api('GET', '/api/status')).body.attention).toMatchObject([{ reason: 'no-client' }])
    await office.stop()
  })

  it('is drawn to a trigger whose latest move failed for want of rights, until it moves something or is saved', async () => {
    const asReader = { changeStageAs: { type: 'user', userId: users.readOnly } }
    await rig.as(users.readOnly)
    const made = await rig.addTrigger(asReader)
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await attentionOf(made.id)).toBe('no-rights')
    const read = (await admin('GET', `/api/triggers/${made.id}`)).body
    expect(read.lastDays).toMatchObject({ failed: 1 })
    expect((await admin('PUT', `/api/triggers/${made.id}`, read)).body.attention).toBeNull()

    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await attentionOf(made.id)).toBe('no-rights')
    // Somebody gives the right: the next one moves.
    const reader = rig.portal.world.users.get(users.readOnly)
    if (!reader) throw new Error('Nobody is there')
    const { rights } = reader
    reader.rights = { ...rights, edit: 'all' }
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await attentionOf(made.id)).toBeNull()
    reader.rights = rights
    rig.portal.act.moveItem({ entityTypeId: types.deal, id: deals.kim }, 'C4:NEW', { userId: users.admin })
    await rig.settled()
  })
})

describe('POST /api/triggers/:id/restore', () => {
  it('brings a deleted trigger back under its id, with its journal, and says so in versions and audit', async () => {
    const made = await rig.addTrigger({ name: 'Deleted in haste' })
    expect((await manager('POST', `/api/triggers/${made.id}/restore`)).status).toBe(409)
    await manager('DELETE', `/api/triggers/${made.id}`)
    const { status, body } = await manager('POST', `/api/triggers/${made.id}/restore`)
    expect([status, body]).toMatchObject([201, { id: made.id, name: 'Deleted in haste', version: 3, enabled: true }])
    expect((await manager('POST', `/api/triggers/${made.id}/restore`)).status).toBe(409)
    const { versions } = (await manager('GET', `/api/triggers/${made.id}/versions`)).body
    const told = versions.map(({ version, changedBy, trigger }: never) => [version, changedBy, trigger === null])
    expect(told).toEqual([
      [3, users.sam, false],
      [2, users.sam, true],
      [1, users.admin, false],
    ])
    const { entries } = (await admin('GET', '/api/audit?limit=1')).body
    expect(entries[0]).toMatchObject({ action: 'trigger-restored', detail: { triggerId: made.id } })
    rig.portal.act.receiveMail()
    await rig.settled()
    expect((await admin('GET', `/api/triggers/${made.id}`)).body.lastDays).toMatchObject({ moved: 1 })
  })

  it('lets a manager bring back what acts as somebody else, as it was', async () => {
    const made = await rig.addTrigger({ changeStageAs: { type: 'user', userId: users.supervisor } })
    await manager('DELETE', `/api/triggers/${made.id}`)
    expect((await manager('POST', `/api/triggers/${made.id}/restore`)).status).toBe(201)
  })

  it.each(['0', 'abc', '4711'])('knows no trigger %s', async (id) => {
    expect((await admin('POST', `/api/triggers/${id}/restore`)).status).toBe(404)
    expect((await admin('GET', `/api/triggers/${id}/versions`)).status).toBe(404)
  })
})

describe('GET /api/paused', () => {
  it('tells everybody who paused all triggers, and since when', async () => {
    const employee = await rig.as(users.ines)
    expect((await employee('GET', '/api/paused')).body).toEqual({ paused: null })
    await admin('PUT', '/api/settings', { paused: true })
    await admin('PUT', '/api/settings', { journalDays: 60 })
    const { paused } = (await employee('GET', '/api/paused')).body
    expect(paused).toEqual({ since: expect.any(String), userId: users.admin, name: expect.stringContaining('A') })
    await admin('PUT', '/api/settings', { paused: false, journalDays: 90 })
    expect((await employee('GET', '/api/paused')).body).toEqual({ paused: null })
  })
})
