import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'
import { openPostgres, type TestDatabase } from './test-database.ts'

/** A pooler in transaction mode gives each transaction any connection: what is asked may not rest on what a connection remembers. */

const { users } = SEED

/** What lives as long as a session. */
const ofSession =
  /^\s*(listen|unlisten|notify|prepare|execute|deallocate|declare|discard|load|set(?!\s+local\b)|reset)\b|advisory_(?!xact)|set_config\([^)]*false\s*\)|\btemp(orary)?\s+table\b/i

let database: TestDatabase
let rig: Rig
let counter: pg.Client
const asked: unknown[] = []

beforeAll(async () => {
  database = await openPostgres()
  const url = 'databaseUrl' in database.location ? database.location.databaseUrl : ''
  rig = await startRig({ env: { DATABASE_URL: url, DATABASE_DIRECT_URL: url, METRICS_TOKEN: 'metrics-of-the-test' } })
  counter = new pg.Client({ connectionString: url })
  await counter.connect()
  // It looks on; the statement goes to the server as it is.
  const send = pg.Client.prototype.query
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...given: unknown[]) {
    asked.push(given[0])
    return Reflect.apply(send, this, given)
  } as typeof send)
})
afterAll(async () => {
  vi.restoreAllMocks()
  await counter.end()
  await rig.stop()
  await database.close()
})

test('what a day asks of the database rests on no session, and takes ten connections at most', async () => {
  const admin = await rig.as(users.admin)
  await rig.addTrigger({ kind: 'email-incoming', changeStageAs: { type: 'user', userId: users.admin } })
  const connections: number[] = []
  for (let nth = 0; nth < 5; nth++) {
    rig.portal.act.receiveMail()
    const { rows } = await counter.query(
      'select count(*)::int as count from pg_stat_activity where datname = current_database()',
    )
    connections.push(rows[0].count)
    await rig.settled()
  }
  const { entries } = (await admin('GET', '/api/journal')).body
  await admin('POST', `/api/journal/${entries[0]?.id}/undo`)
  for (const path of [
    '/api/status',
    '/api/audit',
    '/api/triggers',
    '/api/journal/count',
    '/api/export/data',
    '/api/kinds',
  ])
    expect((await admin('GET', path)).status).toBe(200)
  const metrics = await fetch(`${rig.url}/metrics`, { headers: { authorization: 'Bearer metrics-of-the-test' } })
  expect(metrics.status).toBe(200)
  await rig.settled()

  const texts = asked.map((one) => (typeof one === 'string' ? one : (one as { text: string }).text))
  expect(texts.length).toBeGreaterThan(200)
  expect(texts.filter((text) => ofSession.test(text))).toEqual([])
  expect(asked.filter((one) => typeof one === 'object' && one !== null && 'name' in one && one.name)).toEqual([])
  // Who counts is one more.
  expect(Math.max(...connections)).toBeLessThanOrEqual(10 + 1)
  expect(await rig.story()).toContainEqual(expect.stringContaining('moved'))
})

test.each([
  'listen x',
  'set statement_timeout = 1',
  'select pg_advisory_lock(1)',
  'prepare x as select 1',
  'create temp table x (id int)',
])('%s would be seen', (statement) => expect(ofSession.test(statement)).toBe(true))

test.each([
  'select pg_advisory_xact_lock(1)',
  'set local statement_timeout = 1',
  'update "work" set "kind" = $1',
  'begin',
])('%s is fine', (statement) => expect(ofSession.test(statement)).toBe(false))
