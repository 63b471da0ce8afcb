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
    expect(body.entries).toContainEqual({ id: 'opportunity', title: expect.any(String) })
    expect(body.next).toBeNull()
  })

  test('wants a type, and a manager', async () => {
    const manager = await rig.as(users.sam)
    expect((await manager('GET', '/api/fields')).status).toBe(422)
    const employee = await rig.as(users.ines)
    expect((await employee('GET', `/api/fields?entityTypeId=${types.deal}`)).status).toBe(403)
  })
})
