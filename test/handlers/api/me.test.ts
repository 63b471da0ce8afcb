import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, types } = SEED
let rig: Rig

beforeAll(async () => {
  rig = await startRig()
  const admin = await rig.as(users.admin)
  await admin('PUT', '/api/settings', { managers: [users.sam] })
})
afterAll(() => rig.stop())

test.each([
  ['administrator', users.admin],
  ['manager', users.sam],
  ['employee', users.ines],
])('GET /api/me: %s', async (role, id) => {
  const person = await rig.as(id)
  expect(await person('GET', '/api/me')).toEqual({ status: 200, body: { id, role } })
})

describe('GET /api/fields', () => {
  test('names the fields of a type for the picker', async () => {
    const manager = await rig.as(users.sam)
    const { status, body } = await manager('GET', `/api/fields?entityTypeId=${types.deal}`)
    expect(status).toBe(200)
    const amount = { id: 'opportunity', title: expect.any(String), input: 'number', isMultiple: false, options: [] }
    expect(body.entries).toContainEqual(amount)
    expect(body.next).toBeNull()
  })

  test('says how a value of each is given, and what it may hold: its own options, or an entry of a list of CRM', async () => {
    const { request } = types
    const add = (name: string, type: 'enumeration' | 'crm_status' | 'boolean' | 'datetime' | 'user', more = {}) =>
      rig.portal.act.addField(request, { name, title: name, type, ...more })
    add('ufCrmState', 'enumeration', { options: [{ id: 51, value: 'in talks' }], multiple: true })
    add('ufCrmSource', 'crm_status', { statusType: 'QUOTE_STATUS' })
    add('ufCrmPaid', 'boolean')
    add('ufCrmWhen', 'datetime')
    add('ufCrmExpert', 'user')
    const manager = await rig.as(users.sam)
    const { body } = await manager('GET', `/api/fields?entityTypeId=${request}`)
    const found = new Map<string, { input: string; isMultiple: boolean; options: object[] }>(
      body.entries.map((entry: { id: string }) => [entry.id, entry]),
    )
    expect(found.get('ufCrmState')).toMatchObject({
      input: 'choice',
      isMultiple: true,
      options: [{ id: '51', title: 'in talks' }],
    })
    expect(found.get('ufCrmSource')?.input).toBe('choice')
    expect(found.get('ufCrmSource')?.options).toContainEqual({ id: 'DRAFT', title: expect.any(String) })
    const inputs = ['ufCrmPaid', 'ufCrmWhen', 'ufCrmExpert', 'stageId', 'title'].map((name) => found.get(name)?.input)
    expect(inputs).toEqual(['yes-no', 'date', 'user', 'stage', 'text'])
    const listed = 'ufCrmState:51,177:ufCrmState:52,177:ufCrmSource:DRAFT,177:title:51,177:ufCrmExpert:15'
    // What a value means depends on its field: in a text `Y` is a letter, and a day is as somebody typed it.
    const others = [
      'ufCrmPaid:Y',
      'ufCrmPaid:N',
      'title:Y',
      'ufCrmWhen:2026-08-29',
      'title:2026-08-29',
      'ufCrmWhen:2026-99-99',
    ]
    const asked = [listed, ...others.map((one) => `177:${one}`)].join(',')
    const { values } = (await manager('GET', `/api/names?values=${request}:${asked}`)).body
    expect(values).toEqual({
      '177:ufCrmState:51': 'in talks',
      '177:ufCrmState:52': 'a deleted option',
      '177:ufCrmSource:DRAFT': expect.any(String),
      '177:ufCrmExpert:15': expect.stringContaining('Sam'),
      '177:ufCrmPaid:Y': 'yes',
      '177:ufCrmPaid:N': 'no',
      '177:ufCrmWhen:2026-08-29': 'Aug 29, 2026',
    })
  })

  test('wants a type, and a manager', async () => {
    const manager = await rig.as(users.sam)
    expect((await manager('GET', '/api/fields')).status).toBe(422)
    const employee = await rig.as(users.ines)
    expect((await employee('GET', `/api/fields?entityTypeId=${types.deal}`)).status).toBe(403)
  })
})
