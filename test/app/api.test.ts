import { describe, expect, test } from 'vitest'
import { ApiFault, createApi, query } from '../../app/api.ts'
import type { PageData } from '../../app/page-data.ts'

const page: PageData = {
  page: 'app',
  language: 'en',
  session: { memberId: 'm', domain: 'd', applicationToken: 'a', serverEndpoint: 's', lang: 'en' },
}
const texts = { offline: 'no network', broken: 'unreadable' }
const tokens = (authId: string) => ({ authId, refreshId: 'r', authExpires: 3600 })
const opened = (token: string) => ({ token, user: { id: 1, name: 'Ada', admin: true }, portal: {} })

/** A server that answers in turn, and what it was asked. */
function server(...answers: (Response | Error)[]) {
  const asked: { path: string; bearer: string | null; body: string | null }[] = []
  const send = async (path: unknown, init?: RequestInit) => {
    const headers = new Headers(init?.headers)
    asked.push({ path: String(path), bearer: headers.get('authorization'), body: (init?.body as string) ?? null })
    const answer = answers.shift()
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('Nothing more to say')
    return answer
  }
  return { asked, send: send as typeof fetch }
}

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status })
const refused = (status: number, code: string, more = {}) => json(status, { error: { code, message: code, ...more } })

function apiOf(send: typeof fetch, renew = async () => tokens('fresh')) {
  return createApi({ frame: { tokens: () => tokens('first'), renew }, page, texts }, send)
}

/** The same, and for how long it slept each time, whole seconds. */
function patientApi(send: typeof fetch) {
  const slept: number[] = []
  const sleep = async (ms: number) => slept.push(Math.floor(ms / 1000))
  const parts = { frame: { tokens: () => tokens('first'), renew: async () => tokens('fresh') }, page, texts }
  return { api: createApi(parts, send, sleep), slept }
}

const busy = (status: number, retryAfter?: string) =>
  new Response(JSON.stringify({ error: { code: 'too-many', message: 'Wait' } }), {
    status,
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
  })

describe('the session', () => {
  test('shows the frame’s tokens once and then only our own', async () => {
    const { asked, send } = server(json(200, opened('T')), json(200, []))
    const api = apiOf(send)
    await api.open()
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ ...page.session, ...tokens('first') })
    expect(await api.call('GET', '/api/triggers')).toEqual([])
    expect(asked[1]).toEqual({ path: '/api/triggers', bearer: 'Bearer T', body: null })
  })

  test('is renewed once when it has run out, and the request is made again', async () => {
    const ok = json(200, { done: true })
    const { asked, send } = server(json(200, opened('T')), refused(401, 'unauthorized'), json(200, opened('U')), ok)
    const api = apiOf(send)
    await api.open()
    expect(await api.call('PUT', '/api/x', { a: 1 })).toEqual({ done: true })
    expect(asked.map(({ bearer }) => bearer)).toEqual([null, 'Bearer T', null, 'Bearer U'])
    expect(JSON.parse(asked[2]?.body ?? '').authId).toBe('fresh')
  })

  test('several requests that find it run out share one renewal', async () => {
    const out = () => refused(401, 'unauthorized')
    const { asked, send } = server(
      json(200, opened('T')),
      out(),
      out(),
      json(200, opened('U')),
      json(200, 1),
      json(200, 2),
    )
    const api = apiOf(send)
    await api.open()
    expect(await Promise.all([api.call('GET', '/api/a'), api.call('GET', '/api/b')])).toEqual([1, 2])
    expect(asked.filter(({ path }) => path === '/api/session')).toHaveLength(2)
  })

  test('that cannot be renewed is expired, and the refusal is told', async () => {
    const { send } = server(json(200, opened('T')), refused(401, 'unauthorized'))
    const api = apiOf(send, () => Promise.reject(new Error('the window is silent')))
    await api.open()
    await expect(api.call('GET', '/api/x')).rejects.toMatchObject({ status: 401 })
    expect(api.connection.value).toBe('expired')
  })
})

describe('a server that asks to wait', () => {
  test('is asked again after so many seconds, and nobody is told', async () => {
    const { asked, send } = server(
      busy(429, '7'),
      busy(503, '2'),
      json(200, opened('T')),
      busy(429, '1'),
      json(200, []),
    )
    const { api, slept } = patientApi(send)
    await api.open()
    expect(await api.call('GET', '/api/triggers')).toEqual([])
    expect(asked.map(({ path }) => path)).toEqual([
      ...Array.from({ length: 3 }, () => '/api/session'),
      ...Array.from({ length: 2 }, () => '/api/triggers'),
    ])
    const [first, second, third] = slept
    expect([7, 8]).toContain(first)
    expect([2, 3]).toContain(second)
    expect([1, 2]).toContain(third)
  })

  test('for longer than a page waits is told at last', async () => {
    const answers = Array.from({ length: 20 }, () => busy(503, '60'))
    const { asked, send } = server(...answers)
    const { api } = patientApi(send)
    await expect(api.open()).rejects.toMatchObject({ status: 503, code: 'too-many' })
    expect(asked.length).toBeGreaterThan(2)
    expect(asked.length).toBeLessThan(6)
  })

  test('or fails without saying when is not asked again', async () => {
    for (const answer of [busy(503), busy(429, 'Wed, 21 Oct 2026 07:28:00 GMT'), busy(500, '1'), busy(401, '1')]) {
      const { asked, send } = server(answer)
      const { api } = patientApi(send)
      await expect(api.open()).rejects.toBeInstanceOf(ApiFault)
      expect(asked).toHaveLength(1)
    }
  })
})

describe('a refused request', () => {
  test('tells code, words and fields', async () => {
    const { send } = server(json(200, opened('T')), refused(422, 'invalid', { fields: { 'fields.url': 'No link' } }))
    const api = apiOf(send)
    await api.open()
    const fault = await api.call('POST', '/api/triggers', {}).catch((error) => error)
    expect(fault).toBeInstanceOf(ApiFault)
    expect(fault).toMatchObject({ status: 422, code: 'invalid', fields: { 'fields.url': 'No link' } })
  })

  test('without network is offline until an answer comes', async () => {
    const { send } = server(json(200, opened('T')), new TypeError('Failed to fetch'), json(200, []))
    const api = apiOf(send)
    await api.open()
    await expect(api.call('GET', '/api/x')).rejects.toMatchObject({ code: 'offline', message: 'no network' })
    expect(api.connection.value).toBe('offline')
    await api.call('GET', '/api/x')
    expect(api.connection.value).toBe('ok')
  })

  test('whose answer is no JSON is told in our own words', async () => {
    const { send } = server(json(200, opened('T')), new Response('<h1>Bad gateway</h1>', { status: 502 }))
    const api = apiOf(send)
    await api.open()
    await expect(api.call('GET', '/api/x')).rejects.toMatchObject({ status: 502, message: 'unreadable' })
  })
})

test('a query leaves out what is not given and writes null for the only pipeline', () => {
  expect(query({ entityTypeId: 1, categoryId: null, search: '', group: undefined })).toBe(
    '?entityTypeId=1&categoryId=null',
  )
  expect(query({})).toBe('')
})
