import { afterEach, describe, expect, it, vi } from 'vitest'
import { expiringCache } from '../../lib/expiring-cache.ts'

afterEach(() => vi.useRealTimers())

describe('a cache of short-lived values', () => {
  it('hands out what was put in, as it is, until its time is over', async () => {
    vi.useFakeTimers()
    const cache = expiringCache<{ names: string[] }>(10_000)('portal')
    const value = { names: ['Ada'] }
    await cache.set('users', value, 60_000)
    vi.advanceTimersByTime(59_999)
    expect(await cache.get('users')).toBe(value)
    vi.advanceTimersByTime(2)
    expect(await cache.get('users')).toBeUndefined()
  })

  it('keeps tenants apart, and empties one without the others', async () => {
    const cacheOf = expiringCache<string>(10_000)
    await cacheOf('one').set('users', 'of one', 60_000)
    await cacheOf('two').set('users', 'of two', 60_000)
    expect(await cacheOf('one').get('users')).toBe('of one')
    await cacheOf('one').clear()
    expect(await cacheOf('one').get('users')).toBeUndefined()
    expect(await cacheOf('two').get('users')).toBe('of two')
  })

  it('holds no more than it may over all tenants: what was asked for longest ago goes', async () => {
    const cacheOf = expiringCache<string>(4000)
    const has = async (tenant: string) => (await cacheOf(tenant).get('users')) !== undefined
    for (let n = 0; n < 100; n++) {
      await cacheOf(`${n}`).set('users', 'x'.repeat(100), 60_000)
      await cacheOf('1').get('users')
    }
    expect([await has('0'), await has('1'), await has('50'), await has('99')]).toEqual([false, true, false, true])
  })

  it('does not hold what would push out everybody else’s', async () => {
    const cacheOf = expiringCache<string>(4000)
    await cacheOf('one').set('users', 'x'.repeat(100), 60_000)
    await cacheOf('two').set('users', 'x'.repeat(300), 60_000)
    expect(await cacheOf('one').get('users')).toBeDefined()
    expect(await cacheOf('two').get('users')).toBeUndefined()
  })
})
