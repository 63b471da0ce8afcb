import { describe, expect, test } from 'vitest'
import {
  DEAL,
  ESTIMATE,
  eventSymbol,
  hasPipelines,
  INVOICE,
  isLooselyBound,
  LEAD,
  typeOfSymbol,
  typeSymbol,
} from '../../../lib/domain/entity-types.ts'

const smartProcess = 177

describe.each([
  [LEAD, 'LEAD', 'LEAD', false, false],
  [DEAL, 'DEAL', 'DEAL', true, false],
  [ESTIMATE, 'QUOTE', 'QUOTE', false, true],
  [INVOICE, 'SMART_INVOICE', null, true, true],
  [smartProcess, 'DYNAMIC_177', null, true, true],
])('type %s', (entityTypeId, symbol, inEvents, pipelines, loose) => {
  test('has a name in placements and business processes that leads back to it', () => {
    expect([typeSymbol(entityTypeId), typeOfSymbol(symbol)]).toEqual([symbol, entityTypeId])
  })

  test('has its own name in events, or shares one', () => {
    expect(eventSymbol(entityTypeId)).toBe(inEvents)
  })

  test('has pipelines, and is bound to its client loosely', () => {
    expect([hasPipelines(entityTypeId), isLooselyBound(entityTypeId)]).toEqual([pipelines, loose])
  })
})

test.each(['', 'CONTACT', 'DYNAMIC_', 'DYNAMIC_x', 'DYNAMIC_1234567890', 'deal'])('%j names no type', (symbol) => {
  expect(typeOfSymbol(symbol)).toBeNull()
})
