import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Rig, startRig } from '../rig.ts'
import { fuzz, rowsKept } from './fuzz.ts'

const CASES = 500

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await rig.settled()
})
afterAll(() => rig.stop())

/** Twenty thousand of them: `npm run test:chaos`. */
test('nobody finds a request that breaks something, hangs, or leaves much behind', async () => {
  const before = await rowsKept(rig)
  const statuses = await fuzz(rig, CASES)
  // Some come through the door, or nothing was tried.
  for (const status of [200, 400, 401, 404, 422]) expect(statuses.get(status), `${status}`).toBeGreaterThan(0)
  expect((await rowsKept(rig)) - before).toBeLessThan(CASES)
  expect(statSync(join(rig.dataDir, 'stagecue.db')).size).toBeLessThan(4 * 1024 * 1024)
  expect((await fetch(`${rig.url}/health`)).status).toBe(200)
})
