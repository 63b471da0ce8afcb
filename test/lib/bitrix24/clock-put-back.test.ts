import { describe, expect, test } from 'vitest'
import { recordFailedRefresh, refreshHeld } from '../../../lib/bitrix24/auth/refresh-pauses.ts'
import { type PortalError, PortalUnavailableError } from '../../../lib/bitrix24/errors/errors.ts'
import { advanceTo, emptyMeter, waitFor, withRefusal, withRequest } from '../../../lib/bitrix24/rate-limit/meter.ts'
import {
  createMethodLimits,
  pausedMethods,
  pausedUntil,
  pauseMethod,
  recordReset,
} from '../../../lib/bitrix24/rate-limit/method-limits.ts'
import { boundedCache } from '../../../lib/bounded-cache.ts'

const HOUR = 3_600_000
const then = Date.UTC(2026, 7, 29, 7)
const moment = (ms: number) => new Date(then + ms)

describe('when the clock is put back by an hour', () => {
  test('a portal that is not asked after a 503 is asked as soon as it would have been', () => {
    const blocked = withRefusal(emptyMeter(then), moment(0), 0.5)
    const wait = waitFor(advanceTo(blocked, then), 'work')
    expect(wait).toBeGreaterThan(0)
    expect(waitFor(advanceTo(blocked, then - HOUR), 'work')).toBe(wait)
  })

  test('requests drain as before', () => {
    const full = Array.from({ length: 10 }).reduce<ReturnType<typeof emptyMeter>>(
      (meter) => withRequest(meter, 'work'),
      emptyMeter(then),
    )
    const back = advanceTo(full, then - HOUR)
    expect(advanceTo(back, then - HOUR + 1000).level.work).toBe(8)
  })

  test('a method whose working time was used up goes again', () => {
    const limits = createMethodLimits()
    pauseMethod(limits, 'crm.item.list', moment(60_000), moment(0))
    expect(pausedUntil(limits, 'crm.item.list', moment(0))).toEqual(moment(60_000))
    expect(pausedMethods(limits, moment(-HOUR))).toEqual({})
    expect(pausedUntil(limits, 'crm.item.list', moment(-HOUR))).toBeNull()
  })

  test('a reset that the portal named by another hour is not waited for', () => {
    const limits = createMethodLimits()
    recordReset(limits, 'crm.item.list', (then + HOUR) / 1000)
    expect(pauseMethod(limits, 'crm.item.list', moment(60_000), moment(0))).toEqual(moment(60_000))
  })

  test('an access whose renewal failed is renewed again', () => {
    const pauses = boundedCache<{ failures: number; until: number; why: PortalError }>(10)
    const why = new PortalUnavailableError({ code: 'SILENT' })
    for (const _ of [1, 2]) recordFailedRefresh(pauses, 'acme/1', why, moment(0))
    expect(refreshHeld(pauses, 'acme/1', moment(0))).toBe(why)
    expect(refreshHeld(pauses, 'acme/1', moment(-HOUR))).toBeNull()
  })
})
