import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chatData } from '../../handlers/http/event-data.ts'
import { createHttpServer } from '../../handlers/http/http-server.ts'
import { pairsOf } from '../../handlers/http/posted-pairs.ts'
import { readEvent } from '../../handlers/http/read-event.ts'
import { readRobotCall } from '../../handlers/http/read-robot-call.ts'
import { send } from '../handlers/send.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'
import { bestOf } from './best-of.ts'
import { bombs, zipped } from './bombs.ts'

const LONGEST_MS = 200
const shapes = Object.keys(bombs)
const bombOf = (shape: string) => bombs[shape] ?? ''

describe('one request without credentials stops the process', () => {
  test.each(shapes)('%s', (shape) => {
    const body = bombOf(shape)
    expect(bestOf(5, LONGEST_MS, () => readEvent(body))).toBeLessThan(LONGEST_MS)
    expect(bestOf(5, LONGEST_MS, () => readRobotCall(body))).toBeLessThan(LONGEST_MS)
    expect(bestOf(5, LONGEST_MS, () => chatData(body))).toBeLessThan(LONGEST_MS)
    expect(readEvent(body)).toBeNull()
  })

  test('of what a stranger names nothing is kept', () => {
    const wanted = new Set(['auth[member_id]', 'event'])
    for (const shape of shapes) {
      const names = pairsOf(`${bombOf(shape)}&event=A`, (name) => wanted.has(name)).keys()
      expect([...names], shape).toEqual(['event'])
    }
  })
})

describe('pairs of a form', () => {
  const all = (body: string) => Object.fromEntries(pairsOf(body, () => true))

  test.each([
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=1&a=2', { a: '2' }],
    ['data%5BFIELDS%5D%5BID%5D=9051', { 'data[FIELDS][ID]': '9051' }],
    ['a=one+two%20three%2Bfour', { a: 'one two three+four' }],
    ['a=x=y', { a: 'x=y' }],
    ['a=', { a: '' }],
    ['a', {}],
    ['=a', {}],
    ['%C3%A9=1&%=1&a b=1', {}],
    ['&&a=1&', { a: '1' }],
    ['a=%D1%86%D0%B5%D0%BD%D0%B0', { a: 'цена' }],
    ['a=%FF%00b\0', { a: '\ufffdb' }],
    ['a=%ED%A0%80', { a: '\ufffd\ufffd\ufffd' }],
    ['__proto__=1', Object.fromEntries([['__proto__', '1']])],
  ])('%s', (body, pairs) => {
    expect(all(body)).toEqual(pairs)
  })
})

describe('over HTTP', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
    await rig.settled()
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    await rig.stagecue.db.deleteFrom('work').execute()
  })
  const entrances = ['/events', '/events/access/abc', '/robots/tracked-link']

  test.each(entrances)('%s unpacks nothing: a few kilobytes stay a few kilobytes', async (path) => {
    const statuses = await Promise.all(
      ['gzip', 'deflate', 'br', 'GZIP', 'gzip, gzip'].map(async (encoding) => {
        const headers = { 'content-encoding': encoding }
        const answer = await fetch(rig.url + path, { method: 'POST', headers, body: zipped(bombOf(shapes[0] ?? '')) })
        return answer.status
      }),
    )
    expect(new Set(statuses)).toEqual(new Set([415]))
  })

  test.each(entrances)('%s answers each of the forms, and another tenant meanwhile', async (path) => {
    for (const shape of shapes) {
      const [attack, health] = await Promise.all([
        fetch(rig.url + path, { method: 'POST', body: bombOf(shape) }),
        fetch(`${rig.url}/health`),
      ])
      expect(attack.status, shape).toBe(path === '/events/access/abc' ? 404 : 400)
      expect(health.status, shape).toBe(200)
    }
  })

  test('pages and the API unpack nothing either', async () => {
    for (const path of ['/app', '/install', '/api/session']) {
      const type = path.startsWith('/api') ? 'application/json' : 'application/x-www-form-urlencoded'
      const headers = { 'content-encoding': 'gzip', 'content-type': type }
      const answer = await fetch(rig.url + path, { method: 'POST', headers, body: zipped('a'.repeat(5000)) })
      expect(answer.status, path).toBe(415)
    }
  })
})

describe('JSON of the API', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
  })
  afterAll(() => rig.stop())

  const within = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  const place = '"kind":"call-inbound","entityTypeId":2,"categoryId":4,"stageId":"C4:PREPARATION"'

  test.each([
    [
      'a hundred thousand lists within each other',
      `{"version":1,"triggers":[{${place},"fields":{"line":${within(100_000)}}}]}`,
    ],
    ['thirty', `{"version":1,"triggers":[{${place},"fields":{"line":${within(30)}}}]}`],
    ['a hundred thousand values', `{"version":1,"triggers":[${'1,'.repeat(110_000)}1]}`],
  ])('%s: 400', async (_what, body) => {
    const admin = rig.portal.openApp(SEED.users.admin)
    await rig.as(SEED.users.admin)
    const session = { memberId: rig.portal.memberId, authId: admin.body.AUTH_ID, refreshId: admin.body.REFRESH_ID }
    const opened = await send(`${rig.url}/api/session`, { method: 'POST', body: session })
    const headers = { authorization: `Bearer ${opened.body.token}` }
    expect((await send(`${rig.url}/api/import`, { method: 'POST', headers, body })).status).toBe(400)
    expect((await send(`${rig.url}/api/session`, { method: 'POST', body: body.slice(0, 30_000) })).status).toBe(400)
  })
})

describe('a body that comes drop by drop holds a connection', () => {
  test('for half a minute at most, and no more than two thousand of them', () => {
    const { headersTimeout, requestTimeout, maxConnections } = createHttpServer(() => {})
    expect([headersTimeout, requestTimeout, maxConnections]).toEqual([10_000, 30_000, 2000])
  })

  test.each([
    ['its headers never end', 'POST /events HTTP/1.1\r\nhost: a\r\nx-drop: '],
    ['its body never ends', 'POST /events HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nevent='],
    ['nothing comes at all', ''],
  ])('%s', async (_why, begin) => {
    const server = createHttpServer(() => {}, { headers: 300, request: 300, check: 100 })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const drops = setInterval(() => begin !== '' && socket.write('a'), 20)
    socket.on('error', () => {}).write(begin)
    await new Promise((resolve) => socket.resume().once('close', resolve))
    clearInterval(drops)
    expect(await new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))).toBe(0)
    server.close()
  })
})
