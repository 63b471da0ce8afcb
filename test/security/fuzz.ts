import { request } from 'node:http'
import fc from 'fast-check'
import { sql } from 'kysely'
import { tablesOfPortal } from '../../lib/store/erasure.ts'
import { SEED } from '../portal/index.ts'
import type { Rig } from '../rig.ts'

/** A request that somebody makes up. */
type Made = { method: string; path: string; headers: Record<string, string>; body: string | Buffer | null }

/** What every answer must be: one that came in time, and none that says that something broke. */
type Answered = { status: number; ms: number }

/** Longest answer, milliseconds: a machine that is busy with other things, and nothing that hangs. */
const LONGEST_MS = 15_000

/** Signs that mean something to one of those who read them. */
const ODD =
  `\0|\r\n|%00|%|%E0%A4%A|%ED%A0%80|../|..%2f|//|\\|'|"|<script>|\${7*7}|{{7*7}}|[object Object]|__proto__|constructor|null|undefined|NaN|-1|1e309|
 0x10|9007199254740993|2147483648|é|цена|😀|\ud83d|\u202e|${'a'.repeat(3000)}|' OR '1'='1|$result[a][0][ID]|[icon= title=|&amp;|2026-13-45|1970-01-01T00:00:00Z`.split(
    '|',
  )

const word = fc.oneof(
  fc.constantFrom(...ODD),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.integer().map(String),
)

/** What the portal and pages name. */
const NAMES =
  `event|ts|auth[member_id]|auth[application_token]|auth[access_token]|auth[refresh_token]|auth[server_endpoint]|auth[expires_in]|auth|
data[FIELDS][ID]|data[FIELDS][ENTITY_TYPE_ID]|data[FIELDS]|data|data[CALL_ID]|data[CALL_TYPE]|data[CRM_ACTIVITY_ID]|data[QUERY][code]|data[CLEAN]|
data[LANGUAGE_ID]|data[CONNECTOR]|data[LINE]|data[DATA]|data[DATA][0][message][text]|data[DATA][0][message][id]|data[DATA][message][id]|
data[DATA][connector][line_id]|data[DATA][connector][chat_id]|data[DATA][connector][user_id]|data[DATA][connector][connector_id]|event_token|
properties[target]|document_id[0]|document_id[2]|document_id|member_id|AUTH_ID|REFRESH_ID|AUTH_EXPIRES|APPLICATION_TOKEN|PLACEMENT|
PLACEMENT_OPTIONS|SERVER_ENDPOINT|DOMAIN|LANG|PROTOCOL`
    .replaceAll('\n', '')
    .split('|')
const EVENTS =
  `ONCRMACTIVITYADD|ONCRMACTIVITYUPDATE|ONCRMDEALUPDATE|ONCRMDYNAMICITEMUPDATE|ONVOXIMPLANTCALLEND|ONOPENLINEMESSAGEADD|ONCRMTYPEADD|
ONAPPTEST|ONAPPINSTALL|ONAPPUPDATE|ONAPPUNINSTALL|ONCRMCONTACTADD`
    .replaceAll('\n', '')
    .split('|')

/** A form; half of them carry what a portal's event would, so that they come further than the door. */
function forms({ portal }: Rig): fc.Arbitrary<string> {
  const pair = fc.tuple(fc.oneof(fc.constantFrom(...NAMES), word), word)
  const real = { 'auth[member_id]': portal.memberId, 'auth[application_token]': portal.applicationToken }
  const base = fc.oneof(
    fc.constant({}),
    fc.constantFrom(...EVENTS).map((event) => ({ event, ...real })),
  )
  return fc.tuple(base, fc.array(pair, { maxLength: 12 }), fc.boolean()).map(([known, pairs, isRaw]) => {
    const all = [...Object.entries(known), ...pairs]
    const encode = isRaw ? (text: string) => text : (text: string) => encodeURIComponent(text.toWellFormed())
    return all.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
  })
}

const trigger = { kind: 'call-inbound', entityTypeId: 2, categoryId: 4, stageId: 'C4:PREPARATION', fields: {} }
const since = '2026-08-29T10:00:00Z'
const item = { entityTypeId: 2, id: SEED.deals.kim }

/** What pages send, so that what is made of it comes further than the door. */
const SENT: readonly Record<string, unknown>[] = [
  trigger,
  { ...trigger, version: 1 },
  { trigger, since },
  { trigger, item },
  { entityTypeId: 2, itemId: SEED.deals.kim, target: 'https://shop.example/' },
  { delegate: true, managers: [SEED.users.sam], paused: false, journalDays: 90, staleHours: 24 },
  { version: 1, triggers: [trigger] },
]

/** A body of JSON: anything, or what somebody would send with something else in the place of a part of it. */
function bodies(...sent: Record<string, unknown>[]): fc.Arbitrary<string> {
  const odd = fc.oneof(word, fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(2, 4, 1, true, null, {}, []))
  const changed = fc
    .constantFrom(...sent)
    .chain((one) =>
      fc
        .dictionary(fc.constantFrom(...Object.keys(one), 'fields', 'name', 'lang'), odd, { maxKeys: 3 })
        .map((parts) => JSON.stringify({ ...one, ...parts })),
    )
  return fc.oneof(fc.json(), word, { arbitrary: changed, weight: 4 })
}

const API =
  `POST /session|POST /install|GET /me|GET /kinds|GET /directory|GET /users|GET /lines|GET /forms|GET /channels|GET /fields|GET /triggers|
POST /triggers|POST /triggers/rehearse|GET /triggers/:|PUT /triggers/:|DELETE /triggers/:|POST /triggers/:/copy|GET /journal|POST /journal/:/undo|
POST /journal/:/retry|GET /export|POST /import|POST /links|GET /settings|PUT /settings|GET /status|GET /audit|GET /work|POST /work/:/retry|GET /access`
    .replaceAll('\n', '')
    .split('|')

const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        ...'entityTypeId categoryId itemId triggerId kind outcome reason userId from to cursor limit search state group DOMAIN LANG'.split(
          ' ',
        ),
      ),
      word,
    ),
    { maxLength: 4 },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${asSent(value)}`).join('&'))

/** In a path or a query as a client could send it: bytes, escaped, some of them no UTF-8. */
function asSent(text: string): string {
  return [...Buffer.from(text, 'latin1')]
    .map((byte) =>
      /\w/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`,
    )
    .join('')
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const JSON_TYPE = { 'content-type': 'application/json' }

/** Requests to everything that is open to strangers, and to the API with somebody's session. */
function requests(rig: Rig, bearer: () => string): fc.Arbitrary<Made> {
  const form = forms(rig)
  const post = (path: fc.Arbitrary<string>) =>
    fc.tuple(path, form).map(([to, body]) => ({ method: 'POST', path: to, headers: FORM, body }))
  const pages = fc.tuple(fc.constantFrom('/app', '/install'), query).map(([page, asked]) => `${page}?${asked}`)
  const link = fc.tuple(fc.constantFrom('GET', 'HEAD'), word).map(([method, token]) => ({
    ...{ method, path: `/l/${asSent(token)}`, headers: {}, body: null },
  }))
  const { memberId, applicationToken } = rig.portal
  const claims = { memberId, applicationToken, authId: 'a', refreshId: 'b', authExpires: 3600, domain: 'a.example' }
  const session = bodies(claims).map((body) => ({ method: 'POST', path: '/api/session', headers: JSON_TYPE, body }))
  const api = fc
    .tuple(fc.constantFrom(...API), fc.oneof(word, fc.nat(50).map(String)), query, bodies(...SENT))
    .map(([route, id, asked, body]) => {
      const [method = 'GET', path = ''] = route.split(' ')
      const headers = { ...JSON_TYPE, authorization: `Bearer ${bearer()}` }
      return {
        method,
        path: `/api${path.replace(':', asSent(id))}?${asked}`,
        headers,
        body: method === 'GET' ? null : body,
      }
    })
  const odd = fc
    .tuple(
      fc.constantFrom('/events', '/app', '/api/session', '/robots/tracked-link'),
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('gzip', 'br', 'identity', 'x'),
    )
    .map(([path, bytes, encoding]) => ({
      ...{ method: 'POST', path, headers: { ...JSON_TYPE, 'content-encoding': encoding }, body: Buffer.from(bytes) },
    }))
  return fc.oneof(
    { arbitrary: post(fc.constant('/events')), weight: 3 },
    post(word.map((code) => `/events/access/${asSent(code)}`)),
    post(fc.constant('/robots/tracked-link')),
    post(pages),
    link,
    session,
    { arbitrary: api, weight: 4 },
    odd,
  )
}

/**
 * Sends so many made-up requests one after the other; throws with the first that breaks something. Gives how often each status was
 * answered.
 */
export async function fuzz(rig: Rig, count: number, seed?: number): Promise<Map<number, number>> {
  const statuses = new Map<number, number>()
  let bearer = await bearerOf(rig)
  const made = requests(rig, () => bearer)
  await fc.assert(
    fc.asyncProperty(made, async (one) => {
      const { status, ms } = await send(rig.url, one)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if (status >= 500 || status < 200) throw new Error(`answered ${status}`)
      if (ms > LONGEST_MS) throw new Error(`answered after ${ms} ms`)
      // Whoever guesses a route that ends his own session opens the app again.
      if (status === 401 && one.headers.authorization) bearer = await bearerOf(rig)
    }),
    { numRuns: count, endOnFailure: true, ...(seed === undefined ? {} : { seed }) },
  )
  return statuses
}

async function bearerOf({ portal, url }: Rig): Promise<string> {
  const { body, query: named } = portal.openApp(SEED.users.admin)
  const session = {
    memberId: portal.memberId,
    authId: body.AUTH_ID,
    refreshId: body.REFRESH_ID,
    applicationToken: body.APPLICATION_TOKEN,
    domain: named.DOMAIN,
  }
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify(session),
  })
  return ((await answer.json()) as { token: string }).token
}

function send(url: string, made: Made): Promise<Answered> {
  const { method, path, headers, body } = made
  const begun = performance.now()
  return new Promise((resolve, reject) => {
    const asked = request(url + path, { method, headers, timeout: LONGEST_MS * 2 }, (answer) => {
      answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0, ms: performance.now() - begun }))
    })
    let isOverdue = false
    asked.on('timeout', () => {
      isOverdue = true
      asked.destroy(new Error('no answer'))
    })
    // A connection that the server ended while it lay idle is no fault: a client asks again.
    asked.on('error', (error) => (asked.reusedSocket && !isOverdue ? resolve(send(url, made)) : reject(error)))
    asked.end(body)
  })
}

/** What is kept of all portals, in rows of all tables. */
export async function rowsKept({ stagecue: { db } }: Rig): Promise<number> {
  let rows = 0
  for (const table of ['portal', ...tablesOfPortal] as const) {
    const { rows: counted } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(
      db,
    )
    rows += Number(counted[0]?.count ?? 0)
  }
  return rows
}
