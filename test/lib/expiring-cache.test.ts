import { afterEach, describe, expect, it, vi } from 'vitest'
import { expiringCache } from '../../lib/expiring-cache.ts'

afterEach(() => vi.useRealTimers())

describe('a cache of short-lived values', () => {
  it('hands out what was put in, as it is, until its time is over', async () => {
    vi.useFakeTimers()
    const cache = expiringCache<{ names: string[] }>(10)('portal')
    const value = { names: ['Ada'] }
    await cache.set('users', value, 60_000)
    vi.advanceTimersByTime(59_999)
    expect(await cache.get('users')).toBe(value)
    vi.advanceTimersByTime(2)
    expect(await cache.get('users')).toBeUndefined()
  })

  it('keeps tenants apart, and empties one without the others', async () => {
    const cacheOf = expiringCache<string>(10)
    await cacheOf('one').set('users', 'of one', 60_000)
    await cacheOf('two').set('users', 'of two', 60_000)
    expect(await cacheOf('one').get('users')).toBe('of one')
    await cacheOf('one').clear()
    expect(await cacheOf('one').get('users')).toBeUndefined()
    expect(await cacheOf('two').get('users')).toBe('of two')
  })

  it('holds no more than it may over all tenants: what was asked for longest ago goes', async () => {
    const cacheOf = expiringCache<number>(3)
    for (const [n, tenant] of ['one', 'two', 'three'].entries()) await cacheOf(tenant).set('users', n, 60_000)
    await cacheOf('one').get('users')
    await cacheOf('four').set('users', 4, 60_000)
    const left = await Promise.all(['one', 'two', 'three', 'four'].map((tenant) => cacheOf(tenant).get('users')))
    expect(left).toEqual([0, undefined, 2, 4])
  })
})
