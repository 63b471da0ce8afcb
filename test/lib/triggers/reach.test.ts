import fc from 'fast-check'
import { expect, test } from 'vitest'
import { guardItem } from '../../../lib/engine/decide/guard.ts'
import { movesNothing, sourcesOf } from '../../../lib/triggers/reach.ts'
import { deal, stages, trigger } from '../engine/samples.ts'

const ids = stages.map(({ stageId }) => stageId)
const calm = { undone: false, recentMoves: 0 }

test('a trigger reaches exactly the stages whose items the guards let pass', () => {
  const settings = fc.record({
    stageId: fc.constantFrom(...ids),
    fromStages: fc.uniqueArray(fc.constantFrom(...ids, 'C4:DELETED'), { maxLength: 3 }),
    allowMovingBack: fc.boolean(),
  })
  fc.assert(
    fc.property(settings, (of) => {
      const passing = ids.filter((stageId) => guardItem(trigger(of), deal({ stageId }), stages, calm) === null)
      expect(sourcesOf(of, stages)?.map(({ stageId }) => stageId)).toEqual(passing)
      expect(movesNothing(of, stages)).toBe(passing.length === 0)
    }),
  )
})

test('the first stage is reached from nowhere unless items may move back; of a stage that is gone nothing is said', () => {
  const first = { stageId: 'C4:NEW', fromStages: [], allowMovingBack: false }
  expect(movesNothing(first, stages)).toBe(true)
  expect(movesNothing({ ...first, allowMovingBack: true }, stages)).toBe(false)
  expect(movesNothing({ ...first, stageId: 'C4:DELETED' }, stages)).toBe(false)
})
