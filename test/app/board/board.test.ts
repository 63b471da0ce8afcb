import { describe, expect, test } from 'vitest'
import {
  type BoardFilter,
  cardBeside,
  columnsOf,
  type Direction,
  filterTriggers,
  inkOn,
  modeOf,
  modes,
  neighbourOf,
  noFilter,
  settingsOfMode,
  stateOf,
} from '../../../app/board/board.ts'
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

  test('finds triggers by all that their cards say, by group, state and person; capital letters do not matter', () => {
    const asSam = { ...trigger, id: '8', enabled: false, changeStageAs: { type: 'user', userId: 15 } } as const
    const find = (filter: Partial<BoardFilter>) => {
      const textOf = () => 'When a call is missed on Sales'
      const found = filterTriggers([trigger, asSam], [callMissed], { ...noFilter, ...filter }, textOf)
      return found.map(({ id }) => id)
    }
    for (const search of ['', 'MISS', 'track missed', 'on sales']) expect(find({ search })).toEqual(['7', '8'])
    expect(find({ search: 'xyz' })).toEqual([])
    expect([find({ group: 'telephony' }), find({ group: 'email' })]).toEqual([['7', '8'], []])
    expect([find({ state: 'on' }), find({ state: 'off' }), find({ state: 'attention' })]).toEqual([['7'], ['8'], []])
    expect([find({ person: 'responsible' }), find({ person: '15' }), find({ person: '16' })]).toEqual([
      ['7'],
      ['8'],
      [],
    ])
  })

  test('arrows lead to the card above, below, and beside, over columns that have none', () => {
    const at = (id: string, stageId: string) => ({ ...trigger, id, stageId })
    const triggers = [at('1', 'C4:NEW'), at('2', 'C4:NEW'), at('3', 'C4:WON')]
    const { columns } = columnsOf(deals, triggers)
    const beside = (id: string, direction: Direction) => cardBeside(columns, id, direction)?.id ?? null
    expect([beside('1', 'down'), beside('2', 'up'), beside('2', 'down'), beside('1', 'up')]).toEqual([
      '2',
      '1',
      null,
      null,
    ])
    expect([beside('2', 'right'), beside('3', 'left'), beside('3', 'right')]).toEqual(['3', '1', null])
  })

  test('on, test mode and off are one choice; who is switched on again does what he did', () => {
    expect(modes.map((mode) => modeOf({ ...trigger, ...settingsOfMode(mode) }))).toEqual([...modes])
    expect({ ...trigger, mode: 'watch', ...settingsOfMode('off') }.mode).toBe('watch')
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
