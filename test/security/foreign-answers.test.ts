import type { ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { exchangeRefreshToken } from '../../lib/bitrix24/auth/exchange.ts'
import { ofBatch, ofFewFacts, readJson } from '../../lib/bitrix24/client/read-json.ts'
import { PortalUnavailableError, UnknownOutcomeError } from '../../lib/bitrix24/errors/errors.ts'
import { serve, setUp } from '../lib/bitrix24/set-up.ts'
import { SEED } from '../portal/index.ts'

const { users } = SEED
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** What a portal may answer to hold or to fill the process that asks it. */
const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'nine megabytes': (response) => void response.end(`{"result":"${'a'.repeat(9 * 1024 * 1024)}"}`),
  'a few kilobytes that are sixty megabytes': (response) =>
    void response
      .writeHead(200, { 'content-encoding': 'gzip' })
      .end(gzipSync(`{"result":"${' '.repeat(60 * 1024 * 1024)}"}`)),
  'a hundred thousand bytes a second, without end': (response) => drip(response, 'a'.repeat(10_000), 100),
  'a byte now and then, without end': (response) => drip(response, ' ', 50),
  'headers without end': (response) => {
    response.socket?.write('HTTP/1.1 200 OK\r\n')
    drip(response.socket ?? response, 'x-drop: 1\r\n', 50)
  },
  'empty lists without end': (response) => void response.end(`{"result":[${'[],'.repeat(600_000)}[]]}`),
  'lists within lists': (response) => void response.end(`{"result":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
}

/** Writes the same again and again until the connection ends. */
function drip(to: Writable, what: string, everyMs: number): void {
  const drops = setInterval(() => to.write(what), everyMs)
  to.once('close', () => clearInterval(drops))
}

async function askedOf(answer: (response: ServerResponse) => void) {
  const world = await setUp({ portalTimeoutMs: 1000, oauthTimeoutMs: 1000 })
  const hostile = await serve((_request, response) => answer(response))
  stops.push(world.stop, hostile.close)
  await world.open(users.sam)
  await world.db
    .updateTable('portal')
    .set({ endpoint: `${hostile.url}/rest/` })
    .execute()
  return { world, hostile, memberId: world.portal.memberId }
}

describe("a portal's answer takes memory and time of all", () => {
  test.each(Object.entries(answers))('%s', async (_what, answer) => {
    const { world, hostile, memberId } = await askedOf(answer)
    const client = await world.clients.as(memberId, users.sam, 'work')
    await expect(client.call('crm.deal.list')).rejects.toBeInstanceOf(PortalUnavailableError)
    await expect(client.call('crm.deal.add')).rejects.toBeInstanceOf(UnknownOutcomeError)
    await expect(client.batch({ one: { method: 'profile' } })).rejects.toBeInstanceOf(PortalUnavailableError)
    const at = { memberId, endpoint: `${hostile.url}/rest/` }
    await expect(world.clients.verify(at, 'token')).rejects.toBeInstanceOf(PortalUnavailableError)
    await expect(world.clients.callWith(at, 'token', { method: 'profile' })).rejects.toBeInstanceOf(
      PortalUnavailableError,
    )
    expect(hostile.seen).toHaveLength(5)
  })

  test.each(Object.entries(answers))('of an OAuth server: %s', async (_what, answer) => {
    const hostile = await serve((_request, response) => answer(response))
    stops.push(hostile.close)
    const rules = { clientId: 'id', clientSecret: 'secret', allowHttp: true, allowPrivate: true }
    const config = { ...rules, oauthServers: [hostile.url] }
    const deps = { config, clock: () => new Date(), oauthTimeoutMs: 1000 }
    await expect(exchangeRefreshToken(deps, `${hostile.url}/rest/`, 'refresh')).rejects.toBeInstanceOf(
      PortalUnavailableError,
    )
  })

  test('where a page of two megabytes is no fault, an answer of one fact is none of them', async () => {
    const { world, hostile, memberId } = await askedOf((response) => {
      response.end(`{"result":["${'a'.repeat(2 * 1024 * 1024)}"]}`)
    })
    const client = await world.clients.as(memberId, users.sam, 'work')
    expect((await client.call('crm.deal.list')).result).toHaveLength(1)
    const at = { memberId, endpoint: `${hostile.url}/rest/` }
    await expect(world.clients.verify(at, 'token')).rejects.toMatchObject({ code: 'ANSWER_TOO_LARGE' })
  })
})

describe('JSON of others', () => {
  test('is read as large as an honest answer may be', () => {
    const row = Object.fromEntries(Array.from({ length: 80 }, (_, field) => [`UF_CRM_${field}`, `the value ${field}`]))
    const batch = {
      result: { result: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [n, Array(50).fill(row)])) },
    }
    const text = JSON.stringify(batch)
    expect(text.length).toBeGreaterThan(5_000_000)
    expect(readJson(text, ofBatch)).toEqual(batch)
  })

  test.each([
    ['{"a":"[[[[{{{{,,,,\\"[[["}', { a: '[[[[{{{{,,,,"[[[' }],
    ['"\\\\"', '\\'],
    ['[]', []],
    ['null', null],
    ['', ''],
    ['<html>', '<html>'],
    ['{"result":', '{"result":'],
    ['"open', '"open'],
  ])('%s', (text, value) => {
    expect(readJson(text, ofFewFacts)).toEqual(value)
  })

  test('what is in strings is not counted, whatever is escaped', () => {
    const text = JSON.stringify([`${'[,{'.repeat(50_000)}"\\`, '\\"[[['])
    expect(readJson(text, ofFewFacts)).toEqual(JSON.parse(text))
  })
})
