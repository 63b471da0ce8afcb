import type { ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { exchangeRefreshToken } from '../../lib/bitrix24/auth/exchange.ts'
import { ofBatch, ofFewFacts, readJson } from '../../lib/bitrix24/client/read-json.ts'
import { createDirectory } from '../../lib/bitrix24/directory/index.ts'
import { createItemTitles } from '../../lib/bitrix24/directory/item-titles.ts'
import { createNames } from '../../lib/bitrix24/directory/user-names.ts'
import { PortalUnavailableError, UnknownOutcomeError } from '../../lib/bitrix24/errors/errors.ts'
import { parseActivity } from '../../lib/engine/sources/activity/activity-facts.ts'
import { parseItem } from '../../lib/engine/sources/item/item.ts'
import { parseDialog } from '../../lib/engine/sources/message/parse.ts'
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

describe('what a portal calls things fills memory or store', () => {
  const LONG = 'n'.repeat(100_000)
  /** Answers to whatever is asked of people and items, as `batch` and alone. */
  const hostilePortal = async () => {
    const people = Array.from({ length: 2 }, (_, index) => ({ ID: users.sam + index, NAME: LONG }))
    const profile = { ID: users.sam, ADMIN: false, NAME: LONG, TIME_ZONE: 'Z'.repeat(1000) }
    const app = { CODE: 'stagecue.app', VERSION: 1, INSTALLED: true, LANGUAGE_ID: 'l'.repeat(1000) }
    const items = [...people.keys()].map((id) => ({ id: id + 1, title: LONG }))
    const asked = { users_0: people, profile, app, titles_2_0: { items } }
    const { world, hostile, memberId } = await askedOf((response) =>
      response.end(JSON.stringify({ result: { result: asked } })),
    )
    return { world, memberId, endpoint: `${hostile.url}/rest/`, seen: hostile.seen }
  }

  test('names of people', async () => {
    const { world, memberId, endpoint } = await hostilePortal()
    const person = await world.clients.verify({ memberId, endpoint }, 'token')
    expect(JSON.stringify(person).length).toBeLessThan(1000)
    const names = createNames({ db: world.db, clients: asSam(world), clock: world.deps.clock })
    const found = await names(memberId, [users.sam + 1], 'page')
    expect([...found].map(([id, name]) => [id, name.length])).toEqual([[users.sam + 1, 255]])
  })

  test('titles of items, asked for or not', async () => {
    const { world, memberId } = await hostilePortal()
    const titles = createItemTitles({ clients: world.clients, clock: world.deps.clock })
    const [first, other] = [1, 2].map((id) => ({ entityTypeId: 2, id }))
    if (!first || !other) return
    expect((await titles.of(memberId, users.sam, [first])).get('2:1')).toHaveLength(255)
    await world.db.updateTable('portal').set({ endpoint: 'http://127.0.0.1:9/rest/' }).execute()
    expect([...(await titles.of(memberId, users.sam, [other]))]).toEqual([])
  })

  test('lists to choose from: long ones are not kept', async () => {
    const people = Array.from({ length: 30 }, (_, index) => ({ ID: index + 1, NAME: LONG }))
    const { world, hostile, memberId } = await askedOf((response) => response.end(JSON.stringify({ result: people })))
    const directory = createDirectory(asSam(world))
    for (const name of ['', '', 'a', 'a']) await directory.readUsers(memberId, name)
    expect(hostile.seen).toHaveLength(4)
  })

  test('ids, codes and times of what happened', () => {
    const row = { ID: 7, id: 7, CREATED: '2026-09-01T10:00:00+03:00', TYPE_ID: 6 }
    const texts = ['PROVIDER_ID', 'PROVIDER_TYPE_ID', 'ORIGIN_ID', 'ASSOCIATED_ENTITY_ID', 'stageId', 'movedTime']
    const long = { ...row, ...Object.fromEntries(texts.map((name) => [name, LONG])) }
    const addresses = Array.from({ length: 10_000 }, (_, id) => ({
      TYPE: 'EMAIL',
      ENTITY_ID: id + 1,
      ENTITY_TYPE_ID: 3,
    }))
    const dialog = { entity_id: LONG, entity_data_1: `Y|DEAL|1|N|N|${'7'.repeat(1000)}|0` }
    expect(JSON.stringify(parseActivity({ ...long, COMMUNICATIONS: addresses })).length).toBeLessThan(1000)
    expect(parseItem(2, long)).toBeNull()
    expect(parseDialog(dialog)).toBeNull()
  })
})

function asSam({ clients }: Awaited<ReturnType<typeof setUp>>) {
  return { asReader: (portal: string) => clients.as(portal, users.sam, 'page') }
}
