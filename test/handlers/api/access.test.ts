import { afterAll, beforeAll, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users } = SEED
let rig: Rig

beforeAll(async () => {
  rig = await startRig()
  await (await rig.as(users.admin))('PUT', '/api/settings', { managers: [users.ines] })
})
afterAll(() => rig.stop())

const access = async (userId: number) => (await rig.as(userId))('GET', '/api/access')

test('nobody is wanted before a trigger names or meets somebody', async () => {
  const { status, body } = await access(users.admin)
  expect(status).toBe(200)
  const url = `${rig.portal.url}/marketplace/app/${rig.emulator.appCode}/`
  expect(body).toEqual({ people: 0, given: 0, invitation: { url, text: expect.stringContaining(url) } })
})

test('counts the people in whose name triggers act, and those of them who opened Stagecue', async () => {
  await rig.addTrigger({ changeStageAs: { type: 'user', userId: users.sam } })
  expect((await access(users.admin)).body).toMatchObject({ people: 1, given: 0 })
  await rig.as(users.sam)
  await rig.addTrigger({ name: 'Another', changeStageAs: { type: 'user', userId: users.supervisor } })
  expect((await access(users.ines)).body).toMatchObject({ people: 2, given: 1 })
})

test('is for managers', async () => {
  expect((await access(users.sam)).status).toBe(403)
})
