import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { askPages, pages } from '../../../lib/bitrix24/client/batches.ts'
import type { PortalClient } from '../../../lib/bitrix24/client/portal-clients.ts'
import type { CommandResult } from '../../../lib/bitrix24/client/rest.ts'
import {
  type PortalError,
  PortalUnavailableError,
  RateLimitError,
  RejectedError,
} from '../../../lib/bitrix24/errors/errors.ts'

test('what is sent at a time loses nothing, keeps its order, and is never empty or larger than 50', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 400 }), (list) => {
      const sizes = pages(list).map(({ length }) => length)
      expect(pages(list).flat()).toEqual(list)
      expect(sizes.slice(0, -1).every((size) => size === 50)).toBe(true)
      expect(sizes.every((size) => size >= 1 && size <= 50)).toBe(true)
    }),
  )
})

describe('pages of a list, of which some meet', () => {
  const facts = { code: 'ERROR_CORE', text: 'SQL query error!', status: 500 }
  const fault: PortalError = new PortalUnavailableError(facts)

  /** Which pages each request held, and which of them were answered in the end; `failing`: how often each fails, and how. */
  const asked = async (names: string[], failing: Record<string, number>, error = fault) => {
    const requests: string[][] = []
    const left = { ...failing }
    const batch: PortalClient['batch'] = async (commands) => {
      const results: Record<string, CommandResult> = {}
      for (const name of Object.keys(commands)) {
        const times = left[name] ?? 0
        results[name] = times > 0 ? { ok: false, error } : { ok: true, result: [] }
        left[name] = times - 1
      }
      requests.push(Object.keys(commands))
      return { results, requestId: '' }
    }
    const commands = Object.fromEntries(names.map((name) => [name, { method: 'crm.activity.list', params: {} }]))
    const answers = await askPages({ batch } as PortalClient, commands)
    return { requests, answered: Object.entries(answers).flatMap(([name, { ok }]) => (ok ? [name] : [])) }
  }
  const all = ['a', 'b', 'c', 'd']

  test('passing faults: these alone are asked for again, until they are answered', async () => {
    expect(await asked(all, { b: 1, d: 2 })).toEqual({ requests: [all, ['b', 'd'], ['d']], answered: all })
  })

  test('faults that do not pass: they are asked for four times', async () => {
    const { requests, answered } = await asked(all, { b: 99 })
    expect(requests).toEqual([all, ['b'], ['b'], ['b']])
    expect(answered).toEqual(['a', 'c', 'd'])
  })

  test.each([
    ['refusals', new RejectedError(facts)],
    ['limits', new RateLimitError(facts, new Date())],
  ])('%s: nothing is asked for again', async (_, error) => {
    expect((await asked(all, { b: 1 }, error)).requests).toEqual([all])
  })

  test('faults, and all others, too: the portal is not well, and is left alone', async () => {
    expect((await asked(all, { a: 1, b: 1, c: 1, d: 1 })).requests).toEqual([all])
    expect((await asked(['a'], { a: 1 })).requests).toEqual([['a']])
  })
})
