import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Rig, startRig } from '../rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

const placementsOf = (entityTypeId: number) =>
  rig.portal.world.placements.map(({ placement }) => placement).filter((code) => code.includes(`_${entityTypeId}_`))

test('a new smart process gets our button and our tab', async () => {
  const { entityTypeId } = rig.portal.act.addSmartProcess()
  await rig.settled()
  expect(placementsOf(entityTypeId)).toEqual([
    `CRM_DYNAMIC_${entityTypeId}_ROBOT_DESIGNER_TOOLBAR`,
    `CRM_DYNAMIC_${entityTypeId}_DETAIL_TAB`,
  ])
})

test('one without stages gets none', async () => {
  const before = rig.portal.world.placements.length
  const { entityTypeId } = rig.portal.act.addSmartProcess({ hasStages: false })
  await rig.settled()
  expect(placementsOf(entityTypeId)).toEqual([])
  expect(rig.portal.world.placements).toHaveLength(before)
})

test('several at once are made up for once', async () => {
  const before = rig.portal.requests.length
  const types = [rig.portal.act.addSmartProcess(), rig.portal.act.addSmartProcess()]
  await rig.settled()
  for (const { entityTypeId } of types) expect(placementsOf(entityTypeId)).toHaveLength(2)
  const asked = rig.portal.requests.slice(before).filter(({ methods }) => methods.includes('placement.get'))
  expect(asked.length).toBeLessThanOrEqual(2)
})
