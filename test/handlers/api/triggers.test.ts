import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../../../lib/store/audit.ts'
import { journalDecisions } from '../../../lib/store/decisions.ts'
import { listEnabledTriggers, markAttention } from '../../../lib/store/triggers.ts'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, types, pipelines } = SEED
let rig: Rig
let admin: Api
let manager: Api
let employee: Api

beforeAll(async () => {
  rig = await startRig()
  ;[admin, manager, employee] = [await rig.as(users.admin), await rig.as(users.sam), await rig.as(users.readOnly)]
  await admin('PUT', '/api/settings', { managers: [users.sam] })
  await rig.settled()
})
afterAll(() => rig.stop())
beforeEach(async () => {
  await rig.stagecue.db.deleteFrom('trigger').execute()
  await rig.stagecue.db.deleteFrom('decision').execute()
})

const least = {
  kind: 'call-missed',
  entityTypeId: types.deal,
  categoryId: pipelines.partners,
  stageId: 'C4:PREPARATION',
}

async function make(changes: object = {}, api: Api = admin) {
  const { status, body } = await api('POST', '/api/triggers', { ...least, ...changes })
  expect([status, body]).toEqual([201, expect.anything()])
  return body
}

/** The paths that a request was refused for. */
async function faults(changes: object, api: Api = admin): Promise<string[]> {
  const { status, body } = await api('POST', '/api/triggers', { ...least, ...changes })
  expect([status, body.error?.code]).toEqual([422, 'invalid'])
  for (const text of Object.values(body.error.fields)) expect(text).toMatch(/\.$/)
  return Object.keys(body.error.fields)
}

describe('POST /api/triggers', () => {
  it('takes the defaults of the contract', async () => {
    const before = Date.now()
    const trigger = await make()
    expect(trigger).toEqual({
      ...least,
      id: expect.stringMatching(/^\d+$/),
      version: 1,
      createdAt: expect.any(String),
      updatedAt: trigger.createdAt,
      createdBy: users.admin,
      attention: null,
      lastDays: { moved: 0, wouldMove: 0, skipped: 0, failed: 0 },
      name: 'Track missed call',
      fromStages: [],
      changeStageAs: { type: 'responsible' },
      allowMovingBack: false,
      fields: {},
      whenSeveral: 'all',
      viaClient: false,
      ifNoAccess: 'installer',
      mode: 'live',
      enabled: true,
    })
    expect(Date.parse(trigger.createdAt)).toBeGreaterThanOrEqual(before)
  })

  it('looks for the client’s item by itself where items are bound loosely', async () => {
    const place = (entityTypeId: number, categoryId: number | null, stageId: string) =>
      make({ entityTypeId, categoryId, stageId })
    expect((await place(types.lead, null, 'IN_PROCESS')).viaClient).toBe(false)
    expect((await place(types.estimate, null, 'SENT')).viaClient).toBe(true)
    expect((await place(types.invoice, pipelines.invoices, 'DT31_5:S')).viaClient).toBe(true)
    expect((await place(types.request, pipelines.requests, 'DT177_9:CLIENT')).viaClient).toBe(true)
    expect((await make({ viaClient: true })).viaClient).toBe(true)
  })

  it('keeps everything that a manager sets', async () => {
    const settings = {
      name: ' Missed by sales ',
      fromStages: ['C4:NEW', 'C4:NEW'],
      changeStageAs: { type: 'user', userId: users.sam },
      allowMovingBack: true,
      fields: { line: 'reg77120' },
      whenSeveral: 'newest',
      viaClient: true,
      ifNoAccess: 'wait',
      mode: 'watch',
      enabled: false,
    }
    const made = await make(settings, manager)
    const expected = { ...settings, name: 'Missed by sales', fromStages: ['C4:NEW'], createdBy: users.sam }
    expect((await admin('GET', `/api/triggers/${made.id}`)).body).toMatchObject(expected)
  })

  it('takes own fields that say nothing for "any"', async () => {
    expect((await make({ fields: { line: null } })).fields).toEqual({})
    expect((await make({ fields: { line: '' } })).fields).toEqual({})
  })

  it.each([
    ['an unknown kind', { kind: 'call-forgotten' }, ['kind']],
    ['an unknown key', { nmae: 'x' }, ['nmae']],
    ['an unknown own field', { fields: { lien: 'x' } }, ['fields.lien']],
    ['an own field of the wrong type', { fields: { line: 7 } }, ['fields.line']],
    ['an empty name', { name: '  ' }, ['name']],
    ['a long name', { name: 'x'.repeat(201) }, ['name']],
    ['a name with control characters', { name: 'a\u0000b' }, ['name']],
    ['a type without stages', { entityTypeId: 3 }, ['entityTypeId']],
    ['a smart process without stages', { entityTypeId: types.asset }, ['entityTypeId']],
    ['an unknown pipeline', { categoryId: 99 }, ['categoryId']],
    ['no pipeline where there are several', { categoryId: null }, ['categoryId']],
    ['a pipeline where there is one', { entityTypeId: types.lead, categoryId: 0, stageId: 'NEW' }, ['categoryId']],
    ['an unknown stage', { stageId: 'C4:NOWHERE' }, ['stageId']],
    ['a stage of another pipeline', { stageId: 'PREPARATION' }, ['stageId']],
    ['converting leads', { entityTypeId: types.lead, categoryId: null, stageId: 'CONVERTED' }, ['stageId']],
    ['an allowed stage of another pipeline', { fromStages: ['C4:NEW', 'NEW'] }, ['fromStages']],
    ['a user who is none', { changeStageAs: { type: 'user', userId: 4711 } }, ['changeStageAs.userId']],
    ['a dismissed user', { changeStageAs: { type: 'user', userId: users.dismissed } }, ['changeStageAs.userId']],
    ['a user without number', { changeStageAs: { type: 'user' } }, ['changeStageAs.userId']],
    ['nobody to act as', { changeStageAs: { type: 'robot' } }, ['changeStageAs.type']],
    ['odd choices', { whenSeveral: 'some', mode: 'dead', ifNoAccess: 'cry' }, ['whenSeveral', 'ifNoAccess', 'mode']],
    ['odd flags', { enabled: 'yes', viaClient: 1 }, ['viaClient', 'enabled']],
    [
      'several at once, in the portal and in the form',
      { kind: 'no', stageId: 'no', changeStageAs: { type: 'user', userId: 4711 } },
      ['stageId', 'changeStageAs.userId', 'kind'],
    ],
  ])('refuses %s', async (_, changes, paths) => {
    expect(await faults(changes)).toEqual(paths)
  })

  it('answers in the language of the session, in words for people', async () => {
    const { body } = await admin('POST', '/api/triggers', { ...least, stageId: 'no', name: '' })
    expect(body.error).toEqual({
      code: 'invalid',
      message: 'Please check the marked fields.',
      fields: { name: 'Please fill in this field.' },
    })
  })

  it('refuses what is no object', async () => {
    for (const body of [[], 'text', null, 7]) {
      expect((await admin('POST', '/api/triggers', body)).status, String(body)).toBe(400)
    }
  })

  it('is for managers', async () => {
    expect((await employee('POST', '/api/triggers', least)).status).toBe(403)
    expect((await manager('POST', '/api/triggers', least)).status).toBe(201)
  })
})

describe('whom a trigger may act as', () => {
  const as = (userId: number) => ({ changeStageAs: { type: 'user', userId } })

  it('an administrator may choose any active employee', async () => {
    await make(as(users.ownOnly))
  })

  it('a manager may choose himself and people who gave their access themselves', async () => {
    await make(as(users.sam), manager)
    await make(as(users.readOnly), manager)
    expect(await faults(as(users.ownOnly), manager)).toEqual(['changeStageAs.userId'])
  })

  it('a manager may rename and switch what an administrator chose, but not let it do other things', async () => {
    const made = await make(as(users.ownOnly))
    const put = (changes: object) => manager('PUT', `/api/triggers/${made.id}`, { ...made, ...changes })
    expect((await put({ stageId: 'C4:WON' })).body.error.fields).toHaveProperty(['changeStageAs.userId'])
    expect((await put({ fields: { line: 'reg77120' } })).status).toBe(422)
    expect((await put({ name: 'Renamed', enabled: false, mode: 'watch', fields: { line: null } })).status).toBe(200)
  })
})

describe('PUT /api/triggers/:id', () => {
  it('replaces what was read, once', async () => {
    const made = await make()
    const wanted = { ...made, name: 'Renamed', stageId: 'C4:WON', allowMovingBack: true }
    const { status, body } = await manager('PUT', `/api/triggers/${made.id}`, wanted)
    expect(status).toBe(200)
    expect(body).toEqual({ ...wanted, version: 2, updatedAt: expect.any(String) })
    expect((await admin('GET', `/api/triggers/${made.id}`)).body).toEqual(body)
    const late = await admin('PUT', `/api/triggers/${made.id}`, { ...made, name: 'Too late' })
    expect([late.status, late.body.error.code]).toEqual([409, 'conflict'])
    expect((await admin('GET', `/api/triggers/${made.id}`)).body.name).toBe('Renamed')
  })

  it('of two at once takes one', async () => {
    const made = await make()
    const put = (name: string) => admin('PUT', `/api/triggers/${made.id}`, { ...made, name })
    const answers = await Promise.all(['a', 'b', 'c'].map(put))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
  })

  it('sets what is left out back to its default', async () => {
    const made = await make({ name: 'Named', fromStages: ['C4:NEW'], mode: 'watch' })
    const { body } = await admin('PUT', `/api/triggers/${made.id}`, { ...least, version: 1 })
    expect(body).toMatchObject({ name: 'Track missed call', fromStages: [], mode: 'live' })
  })

  it('wants the version, checks as when it was made, and does not let read-only parts be written', async () => {
    const made = await make()
    const put = (body: object) => admin('PUT', `/api/triggers/${made.id}`, body)
    expect(Object.keys((await put(least)).body.error.fields)).toEqual(['version'])
    expect((await put({ ...made, stageId: 'no' })).status).toBe(422)
    expect((await put({ ...made, stray: 1 })).status).toBe(422)
    const { body } = await put({ ...made, id: '999', createdBy: 5, createdAt: 'never', lastDays: { moved: 9 } })
    expect(body).toMatchObject({ id: made.id, createdBy: users.admin, createdAt: made.createdAt })
    expect(body.lastDays.moved).toBe(0)
  })

  it('clears what needed attention', async () => {
    const made = await make()
    const attention = { reason: 'stage-gone', detail: 'C4:OLD', since: made.createdAt }
    await markAttention(rig.stagecue.db, rig.portal.memberId, made.id, attention)
    const read = (await admin('GET', `/api/triggers/${made.id}`)).body
    expect(read.attention).toEqual(attention)
    expect((await admin('PUT', `/api/triggers/${made.id}`, read)).body.attention).toBeNull()
  })
})

describe('when a trigger is ready', () => {
  const readyAt = async () =>
    (await rig.stagecue.db.selectFrom('trigger').select('ready_at').executeTakeFirst())?.ready_at

  it('is the latest of made, switched on and set live; nothing else moves it', async () => {
    let trigger = await make({ mode: 'watch' })
    const put = async (changes: object) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      trigger = (await admin('PUT', `/api/triggers/${trigger.id}`, { ...trigger, ...changes })).body
      return (await readyAt()) === trigger.updatedAt
    }
    expect(await readyAt()).toBe(trigger.createdAt)
    expect(await put({ name: 'Renamed' })).toBe(false)
    expect(await put({ mode: 'live' })).toBe(true)
    expect(await put({ stageId: 'C4:WON' })).toBe(false)
    expect(await put({ enabled: false })).toBe(false)
    expect(await put({ enabled: true })).toBe(true)
    expect(await put({ mode: 'watch' })).toBe(false)
  })
})

describe('DELETE /api/triggers/:id', () => {
  it('takes the trigger away, keeps its versions, and stands in the audit', async () => {
    const made = await make({ name: 'Short-lived' })
    expect((await employee('DELETE', `/api/triggers/${made.id}`)).status).toBe(403)
    expect((await manager('DELETE', `/api/triggers/${made.id}`)).status).toBe(204)
    expect((await admin('GET', `/api/triggers/${made.id}`)).status).toBe(404)
    expect((await manager('DELETE', `/api/triggers/${made.id}`)).status).toBe(404)
    expect(await listEnabledTriggers(rig.stagecue.db, rig.portal.memberId)).toEqual([])
    const versions = await rig.stagecue.db
      .selectFrom('trigger_version')
      .select(['version', 'changed_by', 'body'])
      .where('trigger_id', '=', Number(made.id))
      .orderBy('version')
      .execute()
    expect(versions.map(({ version, changed_by, body }) => [version, changed_by, body === null])).toEqual([
      [1, users.admin, false],
      [2, users.sam, true],
    ])
    const audit = await listAudit(rig.stagecue.db, rig.portal.memberId, undefined, 2)
    expect(audit.map(({ action, user_id }) => [action, user_id])).toEqual([
      ['trigger-deleted', users.sam],
      ['trigger-made', users.admin],
    ])
  })

  it.each(['0', '-1', 'abc', '1.5', '99999999999', '4711'])('knows no trigger %s', async (id) => {
    expect((await admin('GET', `/api/triggers/${id}`)).status).toBe(404)
    expect((await admin('DELETE', `/api/triggers/${id}`)).status).toBe(404)
  })

  it('knows no triggers of other portals', async () => {
    const made = await make()
    await rig.stagecue.db.updateTable('trigger').set({ portal: 'another' }).execute()
    for (const method of ['GET', 'DELETE']) expect((await admin(method, `/api/triggers/${made.id}`)).status).toBe(404)
    expect((await admin('PUT', `/api/triggers/${made.id}`, made)).status).toBe(404)
    expect((await admin('POST', `/api/triggers/${made.id}/copy`, least)).status).toBe(404)
    expect((await admin('GET', '/api/triggers')).body).toEqual([])
  })
})

describe('GET /api/triggers', () => {
  const names = async (query = '', api: Api = employee) => {
    const { status, body } = await api('GET', `/api/triggers${query}`)
    expect(status).toBe(200)
    return body.map(({ name }: { name: string }) => name)
  }

  it('lists in stage order, then oldest first, to everybody', async () => {
    await make({ name: 'won', stageId: 'C4:WON' })
    await make({ name: 'prepared first' })
    await make({ name: 'general', categoryId: pipelines.general, stageId: 'NEW' })
    await make({ name: 'prepared second' })
    await make({ name: 'lead', entityTypeId: types.lead, categoryId: null, stageId: 'IN_PROCESS' })
    // The portal sorts the partners' pipeline before the general one.
    expect(await names()).toEqual(['lead', 'prepared first', 'prepared second', 'won', 'general'])
  })

  it('finds by type, pipeline, group and words of name or kind', async () => {
    await make({ name: 'Anna' })
    await make({ name: 'Bert', kind: 'email-incoming' })
    await make({ name: 'Cleo', categoryId: pipelines.general, stageId: 'NEW' })
    await make({ name: 'Dora', entityTypeId: types.lead, categoryId: null, stageId: 'IN_PROCESS' })
    expect(await names('?entityTypeId=2')).toHaveLength(3)
    expect(await names('?entityTypeId=2&categoryId=0')).toEqual(['Cleo'])
    expect(await names('?categoryId=null')).toEqual(['Dora'])
    expect(await names('?group=email')).toEqual(['Bert'])
    expect(await names('?group=channels')).toEqual([])
    expect(await names('?search=ANN')).toEqual(['Anna'])
    expect(await names('?search=incoming')).toEqual(['Bert'])
    expect(await names('?search=&group=')).toHaveLength(4)
    expect((await employee('GET', '/api/triggers?group=pigeons&entityTypeId=x')).status).toBe(422)
  })

  it('counts what each did in the last seven days', async () => {
    const made = await make()
    const journal = (key: string, outcome: 'moved' | 'failed', days: number) => {
      const trigger = { id: made.id, name: made.name }
      const decision = { occurrenceKey: key, kind: 'call-missed' as const, trigger, item: null, outcome, reason: null }
      const at = new Date(Date.now() - days * 86_400_000)
      return journalDecisions(
        rig.stagecue.db,
        rig.portal.memberId,
        [{ ...decision, facts: {}, move: null, requestId: null }],
        at,
      )
    }
    await journal('a', 'moved', 1)
    await journal('b', 'moved', 8)
    await journal('c', 'failed', 6)
    expect((await employee('GET', '/api/triggers')).body[0].lastDays).toEqual({
      moved: 1,
      wouldMove: 0,
      skipped: 0,
      failed: 1,
    })
    expect((await employee('GET', `/api/triggers/${made.id}`)).body.lastDays.moved).toBe(1)
  })
})

describe('POST /api/triggers/:id/copy', () => {
  const copy = (id: string, place: object, api: Api = manager) => api('POST', `/api/triggers/${id}/copy`, place)
  const general = { entityTypeId: types.deal, categoryId: pipelines.general, stageId: 'PREPARATION' }

  it('makes the same in another place, switched off', async () => {
    const made = await make({ name: 'Original', fields: { line: 'reg77120' }, whenSeveral: 'none', mode: 'watch' })
    const { status, body } = await copy(made.id, general)
    expect(status).toBe(201)
    expect(body.dropped).toEqual([])
    expect(body.trigger).toMatchObject({
      ...general,
      name: 'Original',
      fields: { line: 'reg77120' },
      whenSeveral: 'none',
      mode: 'watch',
      enabled: false,
      version: 1,
      createdBy: users.sam,
    })
    expect(body.trigger.id).not.toBe(made.id)
  })

  it('drops what the place or the person cannot keep, and names it', async () => {
    const made = await make({ fromStages: ['C4:NEW'], changeStageAs: { type: 'user', userId: users.ownOnly } })
    const { body } = await copy(made.id, general)
    expect(body.dropped.toSorted()).toEqual(['changeStageAs', 'fromStages'])
    expect(body.trigger).toMatchObject({ fromStages: [], changeStageAs: { type: 'responsible' } })
  })

  it('refuses places that are none', async () => {
    const made = await make()
    expect((await copy(made.id, { ...general, stageId: 'C4:NEW' })).body.error.fields).toHaveProperty('stageId')
    expect((await copy(made.id, { ...general, enabled: true })).status).toBe(422)
    expect((await copy(made.id, general, employee)).status).toBe(403)
  })
})
