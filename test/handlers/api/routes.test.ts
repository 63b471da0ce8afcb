import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../../../handlers/server.ts'
import { stopOfTarget } from '../../../lib/links/stop.ts'
import { deadLetter, enqueue } from '../../../lib/store/jobs.ts'
import { addStop, findStop } from '../../../lib/store/stopped-links.ts'
import { openSession } from '../../api.ts'
import { type Portal, SEED } from '../../portal/index.ts'
import { aTrigger, type Rig, startRig } from '../../rig.ts'
import { routesOf } from '../routes-of.ts'
import { send } from '../send.ts'

const { users, deals, types } = SEED

/** Nobody has shown who he is; a person of the portal by role; an administrator of another portal. */
const callers = ['nobody', 'employee', 'manager', 'administrator', 'foreigner'] as const
type Caller = (typeof callers)[number]

/** What a request of the route is made of: `:id` in its path is filled in from here, anew for each caller. */
type Row = {
  query?: string
  body?: unknown
  id?: () => Promise<string>
  /** The status for each caller, in the order of `callers`. */
  answers: readonly [number, number, number, number, number]
}

let rig: Rig
let foreign: Portal
let decisionId = ''

/** A word that stands in what this portal keeps and nobody else may read. */
const secret = 'Only of the first portal'
const trigger = { ...aTrigger, name: 'Anybody’s' }
const item = { entityTypeId: types.deal, id: deals.kim }
const aTriggerId = async () => String((await rig.addTrigger({ name: secret })).id)
const aDeletedId = async () => {
  const id = await aTriggerId()
  await (await rig.as(users.admin))('DELETE', `/api/triggers/${id}`)
  return id
}
const theDecisionId = async () => decisionId

const everybody = [401, 200, 200, 200, 200] as const
const managers = [401, 403, 200, 200, 200] as const
const administrators = [401, 403, 403, 200, 200] as const

/** Every route of the API; a foreigner gets what is his own portal's, and of this one's ids 404. */
const api: Record<string, Row> = {
  'POST /api/session': { body: {}, answers: [422, 422, 422, 422, 422] },
  'GET /api/install': { answers: administrators },
  'POST /api/install': { body: { delegate: false }, answers: administrators },
  'GET /api/me': { answers: everybody },
  'GET /api/paused': { answers: everybody },
  'GET /api/kinds': { answers: everybody },
  'GET /api/directory': { answers: everybody },
  'GET /api/users': { answers: managers },
  'GET /api/lines': { answers: managers },
  'GET /api/forms': { answers: managers },
  'GET /api/channels': { answers: managers },
  'GET /api/fields': { query: `?entityTypeId=${types.deal}`, answers: managers },
  'GET /api/triggers': { answers: everybody },
  'POST /api/triggers': { body: trigger, answers: [401, 403, 201, 201, 201] },
  'POST /api/triggers/rehearse': { body: { trigger: aTrigger, item }, answers: managers },
  'GET /api/triggers/:id': { id: aTriggerId, answers: [401, 200, 200, 200, 404] },
  'PUT /api/triggers/:id': { id: aTriggerId, body: { ...trigger, version: 1 }, answers: [401, 403, 200, 200, 404] },
  'DELETE /api/triggers/:id': { id: aTriggerId, answers: [401, 403, 204, 204, 404] },
  'POST /api/triggers/:id/copy': {
    id: aTriggerId,
    body: { entityTypeId: types.deal, categoryId: SEED.pipelines.partners, stageId: 'C4:PREPARATION' },
    answers: [401, 403, 201, 201, 404],
  },
  'GET /api/triggers/:id/versions': { id: aTriggerId, answers: [401, 403, 200, 200, 404] },
  'POST /api/triggers/:id/restore': { id: aDeletedId, answers: [401, 403, 201, 201, 404] },
  'GET /api/journal': { answers: managers },
  'GET /api/journal/count': { answers: managers },
  'GET /api/journal/csv': { answers: managers },
  'GET /api/triggers/picks': { answers: managers },
  'GET /api/names': { query: `?items=${types.deal}:${deals.kim}`, answers: everybody },
  // The manager undoes it, so that there is nothing left for the administrator.
  'POST /api/journal/:id/undo': { id: theDecisionId, answers: [401, 403, 200, 409, 404] },
  'POST /api/journal/:id/retry': { id: theDecisionId, answers: [401, 403, 409, 409, 404] },
  'GET /api/export': { answers: administrators },
  'GET /api/export/data': { answers: administrators },
  'POST /api/import': { body: { version: 1, triggers: [trigger] }, answers: administrators },
  'POST /api/links': {
    body: { entityTypeId: item.entityTypeId, itemId: item.id, target: 'https://shop.example/' },
    answers: [401, 403, 201, 201, 201],
  },
  'GET /api/links': { answers: administrators },
  'GET /api/links/stopped': { answers: administrators },
  'POST /api/links/stopped': { body: { target: 'stopped.example' }, answers: [401, 403, 403, 201, 201] },
  'DELETE /api/links/stopped/:id': { id: aStopId, answers: [401, 403, 403, 204, 404] },
  'POST /api/erase': { body: { client: { entityTypeId: 3, id: 999_999 } }, answers: administrators },
  'GET /api/settings': { answers: administrators },
  'PUT /api/settings': { body: { paused: false }, answers: administrators },
  'GET /api/status': { answers: administrators },
  'GET /api/audit': { answers: administrators },
  'GET /api/work': { query: '?state=parked', answers: administrators },
  'POST /api/work/:id/retry': { id: aParkedId, answers: [401, 403, 403, 200, 404] },
  'GET /api/access': { answers: managers },
  'POST /api/access/sign-out': { answers: [401, 403, 403, 204, 204] },
  'DELETE /api/access/me': { answers: [401, 204, 204, 204, 204] },
}

/** What is not part of the API asks for no session, and gives nothing for one. */
const others: Record<string, number> = {
  'POST /events': 400,
  'POST /events/access/:code': 404,
  'GET /health': 200,
  'GET /metrics': 404,
  'GET /.well-known/security.txt': 404,
  'POST /robots/tracked-link': 400,
  'GET /l/:token': 404,
  'ALL /app': 200,
  'GET /app': 200,
  'POST /app': 200,
  'ALL /install': 200,
  'GET /install': 200,
  'POST /install': 200,
}

beforeAll(async () => {
  rig = await startRig()
  const admin = await rig.as(users.admin)
  await admin('PUT', '/api/settings', { managers: [users.sam] })
  await rig.addTrigger({ name: secret })
  rig.portal.act.receiveMail()
  await rig.settled()
  decisionId = (await admin('GET', '/api/journal')).body.entries[0].id
  foreign = await rig.emulator.addPortal({ appUrl: rig.url, eventDelayMs: [0, 20] })
  foreign.beginInstall()
  const owner = await openSession(rig.url, foreign, users.admin)
  expect((await owner('POST', '/api/install', { delegate: false })).body.ready).toBe(true)
  foreign.finishInstall()
})
afterAll(() => rig.stop())

/** Work that was put aside. */
async function aParkedId(): Promise<string> {
  const { db } = rig.stagecue
  const subject = `route-${Math.random()}`
  const portal = rig.portal.memberId
  const later = new Date(Date.now() + 60_000)
  await enqueue(db, [{ portal, type: 'retention', dedupKey: subject, dueAt: later }], new Date())
  const { id } = await db.selectFrom('work').select('id').where('subject', '=', subject).executeTakeFirstOrThrow()
  await deadLetter(db, [{ portal, id }], 'odd', new Date())
  return String(id)
}

/** Links that an administrator of this portal stopped. */
async function aStopId(): Promise<string> {
  const { db } = rig.stagecue
  const stop = stopOfTarget('https://stopped.example/here') ?? expect.fail()
  const by = { stoppedBy: 'administrator', userId: users.admin } as const
  await addStop(db, rig.portal.memberId, stop, by, new Date())
  return String((await findStop(db, rig.portal.memberId, stop))?.id)
}

/** Sessions that are open; some routes end them. */
let bearers: Partial<Record<Caller, Record<string, string>>> = {}
const endsSessions = ['POST /api/access/sign-out', 'DELETE /api/access/me']

/** The bearer of a caller's own session. */
async function openAs(caller: Caller): Promise<Record<string, string>> {
  if (caller === 'nobody') return {}
  const [portal, userId] = {
    employee: [rig.portal, users.ines] as const,
    manager: [rig.portal, users.sam] as const,
    administrator: [rig.portal, users.deputy] as const,
    foreigner: [foreign, users.admin] as const,
  }[caller]
  const { query, body } = portal.openApp(userId)
  const session = await send(`${rig.url}/api/session`, {
    method: 'POST',
    body: {
      memberId: portal.memberId,
      authId: body.AUTH_ID,
      refreshId: body.REFRESH_ID,
      domain: query.DOMAIN,
      applicationToken: body.APPLICATION_TOKEN,
    },
  })
  return { authorization: `Bearer ${session.body.token}` }
}

/** What this portal keeps, to see whether a foreigner changes any of it. */
async function kept() {
  const { db } = rig.stagecue
  const portal = rig.portal.memberId
  const [triggers, home, people, decisions, parked] = await Promise.all([
    db.selectFrom('trigger').selectAll().where('portal', '=', portal).orderBy('id').execute(),
    db.selectFrom('portal').select(['settings', 'status', 'install_steps']).where('member_id', '=', portal).execute(),
    db.selectFrom('access').select(['user_id', 'state', 'sid']).where('portal', '=', portal).execute(),
    db.selectFrom('decision').selectAll().where('portal', '=', portal).orderBy('id').execute(),
    db.selectFrom('work').selectAll().where('portal', '=', portal).where('state', '=', 'parked').execute(),
  ])
  return JSON.stringify({ triggers, home, people, decisions, parked })
}

async function ask(route: string, caller: Caller, { query = '', body, id }: Partial<Row>) {
  const [method = '', path = ''] = route.split(' ')
  const address = rig.url + path.replace(':id', id ? await id() : 'x') + query
  bearers[caller] ??= await openAs(caller)
  const headers = bearers[caller]
  const before = caller === 'foreigner' ? await kept() : ''
  const answer = await send(address, { method, headers, body })
  if (endsSessions.includes(route)) bearers = {}
  if (caller === 'foreigner') expect(await kept(), `${route} by a foreigner`).toBe(before)
  return answer
}

it('every route of the server stands in a table', () => {
  const known = routesOf(createServer(rig.stagecue).router.stack)
  expect(known.length).toBeGreaterThan(30)
  expect(known.toSorted()).toEqual([...Object.keys(api), ...Object.keys(others)].toSorted())
})

describe.each(Object.entries(api))('%s', (route, row) => {
  it.each(callers.map((caller, index) => [caller, row.answers[index]] as const))('%s: %i', async (caller, status) => {
    const answer = await ask(route, caller, row)
    expect(answer.status, answer.text).toBe(status)
    if (caller !== 'foreigner') return
    for (const word of [rig.portal.memberId, rig.portal.domain]) expect(answer.text).not.toContain(word)
    if (route.startsWith('GET')) expect(answer.text).not.toContain(secret)
  })
})

describe.each(Object.entries(others).filter(([route]) => !route.startsWith('ALL')))('%s', (route, status) => {
  it.each(['nobody', 'administrator'] as const)('%s: the same', async (caller) => {
    expect((await ask(route, caller, {})).status).toBe(status)
  })
})
