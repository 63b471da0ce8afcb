import { describe, expect, test } from 'vitest'
import { columnsOf, filterTriggers, inkOn, neighbourOf, stateOf } from '../../../app/board/board.ts'
import type { Pipeline } from '../../../app/model.ts'
import { callMissed, trigger, types } from '../samples.ts'

const [leads, deals] = types.map(({ pipelines }) => pipelines[0]) as [Pipeline, Pipeline]

describe('the board', () => {
  test('has a column for each stage in the portal’s order, and a place for triggers whose stage is gone', () => {
    const lost = { ...trigger, id: '8', stageId: 'C4:GONE' }
    const { columns, lost: apart } = columnsOf(deals, [lost, trigger])
    expect(columns.map(({ stage, triggers }) => [stage.title, triggers.length])).toEqual([
      ['New', 0],
      ['Visit', 1],
      ['Won', 0],
    ])
    expect(apart).toEqual([lost])
  })

  test('finds triggers by name, title of the kind and group; capital letters do not matter', () => {
    const find = (search: string, group: 'email' | 'telephony' | null = null) =>
      filterTriggers([trigger], [callMissed], { search, group }).length
    expect([find(''), find('MISS'), find('track missed'), find('xyz')]).toEqual([1, 1, 1, 0])
    expect([find('', 'telephony'), find('', 'email')]).toEqual([1, 0])
  })

  test('what needs attention is told before anything else', () => {
    const attention = { reason: 'stage-gone', detail: '', since: '' }
    expect(stateOf(trigger)).toBe('on')
    expect(stateOf({ ...trigger, mode: 'watch' })).toBe('watching')
    expect(stateOf({ ...trigger, mode: 'watch', enabled: false })).toBe('off')
    expect(stateOf({ ...trigger, enabled: false, attention })).toBe('attention')
  })

  test('moves by keyboard skip stages that cannot be a target and end at the ends', () => {
    expect(neighbourOf(leads, 'NEW', 1)?.stageId).toBe('JUNK')
    expect(neighbourOf(leads, 'JUNK', -1)?.stageId).toBe('NEW')
    expect(neighbourOf(leads, 'JUNK', 1)).toBeNull()
    expect(neighbourOf(leads, 'GONE', 1)).toBeNull()
  })

  test('titles can be read on the portal’s colours', () => {
    expect([inkOn('#39A8EF'), inkOn('#7BD500'), inkOn('#1a2b3c'), inkOn('#ffffff'), inkOn('red')]).toEqual([
      '#000000',
      '#000000',
      '#ffffff',
      '#000000',
      '#000000',
    ])
  })
})
