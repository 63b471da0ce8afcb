import { describe, expect, test } from 'vitest'
import { isOwnChange } from '../../../lib/engine/sources/item/own-changes.ts'
import { deal } from './samples.ts'

const at = '2026-08-29T10:00:00.000Z'
const later = '2026-08-29T10:03:00.000Z'
const item = deal({ stageId: 'C4:TALK', movedTime: at })
const ours = { movingTo: undefined, made: [{ item, stageId: 'C4:TALK', at: '2026-08-29T10:00:01.000Z' }] }
const watched = (updatedTime: string, change = {}) => ({
  item: { ...item, ...change },
  updatedTime,
  dealId: null,
  row: {},
})

/** `triggers.md`, Field change: the list of what our own moves change. */
describe('after a move of ours', () => {
  const ofStage = ['movedTime', 'movedBy', 'closed', 'closedate', 'stageSemanticId', 'previousStageId']
  const ofSaving = ['updatedTime', 'updatedBy', 'lastActivityTime']

  test.each([...ofStage, ...ofSaving])('%s changed by it', (field) => {
    expect(isOwnChange(field, watched(at), ours)).toBe(true)
    expect(isOwnChange(field, watched(at), { movingTo: 'C4:TALK', made: [] })).toBe(true)
  })

  test.each(ofSaving)('%s changed by somebody’s saving after it', (field) => {
    expect(isOwnChange(field, watched(later), ours)).toBe(false)
  })

  test.each(ofStage)('%s changed by it, though somebody saved the item after it', (field) => {
    expect(isOwnChange(field, watched(later), ours)).toBe(true)
  })

  test.each([...ofStage, ...ofSaving])('%s changed by a person’s move to another stage, or back later', (field) => {
    expect(isOwnChange(field, watched(at, { stageId: 'C4:ASK' }), ours)).toBe(false)
    expect(isOwnChange(field, watched(later, { movedTime: later }), ours)).toBe(false)
  })

  test('a field of the item’s own never is', () => {
    expect(isOwnChange('opportunity', watched(at), ours)).toBe(false)
  })
})
