import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, lines } = SEED

let from: Rig
let to: Rig
let source: Api
let target: Api

beforeAll(async () => {
  from = await startRig()
  to = await startRig()
  source = await from.as(users.admin)
  target = await to.as(users.admin)
  await from.addTrigger({ kind: 'call-missed', name: 'Missed', fields: { line: lines.cloud } })
  await from.addTrigger({ name: 'As Ines', changeStageAs: { type: 'user', userId: users.ines } })
  await from.addTrigger({ name: 'To the visit', stageId: 'C4:UC_VISIT', fromStages: ['C4:NEW', 'C4:PREPARATION'] })
})
afterAll(async () => {
  await from.stop()
  await to.stop()
})

test('what one portal exports another takes, all switched off; chosen users become the responsible person', async () => {
  const exported = (await source('GET', '/api/export')).body
  expect(exported).toMatchObject({ version: 1, triggers: [{ name: 'Missed' }, { name: 'As Ines' }, {}] })
  const { status, body } = await target('POST', '/api/import', exported)
  expect(status).toBe(200)
  expect(body.created.map(({ name, enabled }: Record<string, unknown>) => [name, enabled])).toEqual([
    ['Missed', false],
    ['As Ines', false],
    ['To the visit', false],
  ])
  expect(body.created[1].changeStageAs).toEqual({ type: 'responsible' })
  expect(body.unmapped).toEqual([
    { name: 'As Ines', field: 'changeStageAs', value: { type: 'user', userId: users.ines } },
  ])
})

test('declined calls count there as here; an export from before that choice is taken without it', async () => {
  const [missed] = (await source('GET', '/api/export')).body.triggers
  expect(missed.fields).toEqual({ line: lines.cloud })
  const triggers = [missed, { ...missed, fields: { ...missed.fields, declined: true } }]
  const { status, body } = await target('POST', '/api/import', { version: 1, triggers })
  expect(status).toBe(200)
  expect(body.created.map(({ fields }: Record<string, unknown>) => fields)).toEqual(
    triggers.map(({ fields }) => fields),
  )
})

test('what does not exist there is left out and told; without its place a trigger is not made', async () => {
  const [missed, , visit] = (await source('GET', '/api/export')).body.triggers
  const triggers = [
    { ...missed, stageId: 'C4:NOWHERE' },
    { ...visit, fromStages: ['C4:NOWHERE'] },
  ]
  const { status, body } = await target('POST', '/api/import', { version: 1, triggers })
  expect(status).toBe(200)
  expect(body.created.map(({ name, fromStages }: Record<string, unknown>) => [name, fromStages])).toEqual([
    ['To the visit', []],
  ])
  expect(body.unmapped).toEqual([
    { name: 'Missed', field: 'stageId', value: 'C4:NOWHERE' },
    { name: 'To the visit', field: 'fromStages', value: ['C4:NOWHERE'] },
  ])
})

test('a preview tells what fits and what is there already, and makes nothing', async () => {
  const exported = (await source('GET', '/api/export')).body
  const [missed] = exported.triggers
  const triggers = [missed, { ...missed, name: 'Another' }, { ...missed, stageId: 'C4:NOWHERE' }]
  const before = (await target('GET', '/api/triggers')).body.length
  const { status, body } = await target('POST', '/api/import', { ...exported, triggers, preview: true })
  expect(status).toBe(200)
  expect(body.triggers.map(({ name, fits, exists }: Record<string, unknown>) => [name, fits, exists])).toEqual([
    ['Missed', true, true],
    ['Another', true, false],
    ['Missed', false, false],
  ])
  expect(body.unmapped).toEqual([{ name: 'Missed', field: 'stageId', value: 'C4:NOWHERE' }])
  expect((await target('GET', '/api/triggers')).body).toHaveLength(before)
})

test('copies whose names are taken say that they are copies, however long the name', async () => {
  const [missed] = (await source('GET', '/api/export')).body.triggers
  const long = { ...missed, name: `${'x'.repeat(192)}😀😀😀` }
  await target('POST', '/api/import', { version: 1, triggers: [long] })
  const { body } = await target('POST', '/api/import', { version: 1, triggers: [missed, long], markCopies: true })
  const [copy, longCopy] = body.created.map(({ name }: { name: string }) => name)
  expect(copy).toBe('Missed (copy)')
  expect(longCopy).toBe(`${'x'.repeat(192)} (copy)`)
  const place = { entityTypeId: 2, categoryId: SEED.pipelines.partners, stageId: missed.stageId }
  const copied = await target('POST', `/api/triggers/${body.created[0].id}/copy`, place)
  expect(copied.body.trigger.name).toBe('Missed (copy) (copy)')
})

test('another version or form is refused with the field that is wrong', async () => {
  const { status, body } = await target('POST', '/api/import', { version: 2, triggers: [] })
  expect(status).toBe(422)
  expect(Object.keys(body.error.fields)).toEqual(['version'])
})

test('both are for administrators', async () => {
  const sam = await from.as(users.sam)
  expect((await sam('GET', '/api/export')).status).toBe(403)
  expect((await sam('POST', '/api/import', { version: 1, triggers: [] })).status).toBe(403)
})
