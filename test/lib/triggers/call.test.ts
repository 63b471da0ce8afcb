import { describe, expect, test } from 'vitest'
import type { Recognised } from '../../../lib/domain/occurrence.ts'
import { callInbound } from '../../../lib/triggers/call-inbound.ts'
import { callMissed } from '../../../lib/triggers/call-missed.ts'
import { callOutbound } from '../../../lib/triggers/call-outbound.ts'
import { call, mail } from './facts.ts'

const answered = { failedCode: '200', startedAt: '2026-08-29T08:15:00.000Z', seconds: 42 }
const missed = { failedCode: '304', startedAt: '2026-08-29T08:14:00.000Z', seconds: 0 }

const matches = (fields: { declined?: boolean | null }, occurrence: Recognised | null) =>
  occurrence !== null && callMissed.matches(fields, occurrence)

describe('a missed call', () => {
  test('is one that nobody picked up', () => {
    expect(callMissed.recognise(call())).toMatchObject({
      key: 'call-missed:5F0A77.1788000900.881',
      at: '2026-08-29T08:15:00.000Z',
    })
  })

  test('is one whose every leg was missed', () => {
    expect(callMissed.recognise(call({ type: 3, legs: [missed, missed] }))).not.toBeNull()
    expect(callMissed.recognise(call({ type: 3, legs: [missed, answered] }))).toBeNull()
  })

  test.each(['200', 'VI_STATUS_200', '404', '402', 'OTHER'])('is not one that ended with %s', (failedCode) => {
    expect(callMissed.recognise(call({ legs: [{ ...missed, failedCode }] }))).toBeNull()
  })

  test.each(['304', '480', '408', '505', '', 'VI_STATUS_304'])(
    'is one that ended with "%s" and no seconds',
    (failedCode) => {
      const facts = call({ legs: [{ ...missed, failedCode }] })
      expect(matches({}, callMissed.recognise(facts))).toBe(true)
    },
  )

  test.each(['480', '408', '505', 'VI_STATUS_480'])('is not one of some seconds that ended with %s', (failedCode) => {
    expect(callMissed.recognise(call({ legs: [{ ...answered, failedCode }] }))).toBeNull()
  })

  test.each(['603', '603-S', '486'])('ended with %s is one only with `declined`', (failedCode) => {
    for (const legs of [[{ ...missed, failedCode }], [missed, { ...missed, failedCode }]]) {
      const occurrence = callMissed.recognise(call({ legs }))
      expect([{}, { declined: false }, { declined: null }].map((fields) => matches(fields, occurrence))).toEqual([
        false,
        false,
        false,
      ])
      expect(matches({ declined: true }, occurrence)).toBe(true)
    }
  })

  test('of a ring group is one if a telephone was left alone and none was answered', () => {
    const group = (...codes: string[]) =>
      call({ legs: codes.map((failedCode, index) => ({ ...missed, failedCode, callId: `externalCall.${index}` })) })
    expect(matches({}, callMissed.recognise(group('304', '603', '304')))).toBe(true)
    expect(matches({}, callMissed.recognise(group('603', '486')))).toBe(false)
    expect(callMissed.recognise(group('304', '200', '304'))).toBeNull()
  })

  test("is a telephony app's call of no seconds and no code", () => {
    expect(callMissed.recognise(call({ legs: [{ ...missed, failedCode: '' }] }))).not.toBeNull()
    expect(callMissed.recognise(call({ legs: [{ ...answered, failedCode: '' }] }))).toBeNull()
  })

  test.each([1, 4, 5])('is not of type %i', (type) => {
    expect(callMissed.recognise(call({ type }))).toBeNull()
  })
})

describe('an inbound call', () => {
  test('counts at its end, answered or not, and yields to the missed call', () => {
    expect(callInbound.recognise(call({ legs: [answered] }))).toMatchObject({
      key: 'call-inbound:5F0A77.1788000900.881',
      at: '2026-08-29T08:15:42.000Z',
      precededBy: 'call-missed:5F0A77.1788000900.881',
    })
    expect(callInbound.recognise(call())).not.toBeNull()
  })

  test.each([2, 3])('is of type %i', (type) => {
    expect(callInbound.recognise(call({ type }))).not.toBeNull()
  })

  test.each([1, 4, 5])('is not of type %i', (type) => {
    expect(callInbound.recognise(call({ type }))).toBeNull()
  })

  test('matches its line without spaces, plus, brackets and dashes', () => {
    const occurrence = callInbound.recognise(call({ line: '+49 (30) 555-000' })) as Recognised
    expect(callInbound.matches({ line: '4930555000' }, occurrence)).toBe(true)
    expect(callInbound.matches({ line: '4930555001' }, occurrence)).toBe(false)
    for (const any of [null, undefined, '']) expect(callInbound.matches({ line: any }, occurrence)).toBe(true)
  })
})

describe('an outbound call', () => {
  test('is of type 1, answered or not', () => {
    expect(callOutbound.recognise(call({ type: 1 }))).toMatchObject({ key: 'call-outbound:5F0A77.1788000900.881' })
    expect(callOutbound.recognise(call({ type: 1, legs: [answered] }))).not.toBeNull()
  })

  test.each([2, 3, 4, 5])('is not of type %i', (type) => {
    expect(callOutbound.recognise(call({ type }))).toBeNull()
  })

  test('is no activity: planned calls and calls written down by hand do not count', () => {
    expect(callOutbound.recognise(mail({ typeId: 2 }))).toBeNull()
  })
})

describe('the end of a call, before anything is read', () => {
  const end = (CALL_TYPE: unknown) => ({ event: 'ONVOXIMPLANTCALLEND', data: { CALL_TYPE } })

  test('could serve the kinds of its type only', () => {
    expect(callOutbound.mayMatch(end('1'))).toBe(true)
    expect(callOutbound.mayMatch(end('2'))).toBe(false)
    expect(callMissed.mayMatch(end('3'))).toBe(true)
    expect(callInbound.mayMatch(end('5'))).toBe(false)
  })

  test('that says itself that it was answered could not serve a missed call', () => {
    const answeredEnd = (change: object) => {
      const data = { CALL_TYPE: '2', CALL_FAILED_CODE: '200', CALL_DURATION: '42', ...change }
      return { event: 'ONVOXIMPLANTCALLEND', data }
    }
    expect(callMissed.mayMatch(answeredEnd({}))).toBe(false)
    expect(callInbound.mayMatch(answeredEnd({}))).toBe(true)
    const doubtful = [{ CALL_DURATION: '0' }, { CALL_DURATION: undefined }, { CALL_FAILED_CODE: undefined }]
    for (const change of doubtful) expect(callMissed.mayMatch(answeredEnd(change))).toBe(true)
  })

  test('could serve all of them when it does not name the type', () => {
    for (const kind of [callOutbound, callInbound, callMissed]) expect(kind.mayMatch(end(undefined))).toBe(true)
  })
})
