import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApi, openApiText } from '../../docs/openapi.ts'
import { operations } from '../../docs/openapi-operations.ts'
import { createServer } from '../../handlers/server.ts'
import type { Api } from '../api.ts'
import { routesOf } from '../handlers/routes-of.ts'
import { SEED } from '../portal/index.ts'
import { aTrigger, type Rig, startRig } from '../rig.ts'

/** The reference of the API tells of every route, and every route answers as it tells. */

const { users, types, deals } = SEED
const item = { entityTypeId: types.deal, id: deals.kim }

let rig: Rig
let admin: Api
beforeAll(async () => {
  rig = await startRig()
  admin = await rig.as(users.admin)
})
afterAll(() => rig.stop())

test('docs/openapi.json is up to date (else: npm run docs)', () => {
  expect(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')).toBe(openApiText())
})

test('every route of the API stands in it, and no others', () => {
  const known = routesOf(createServer(rig.stagecue).router.stack).filter((route) => route.includes(' /api/'))
  expect(Object.keys(operations).toSorted()).toEqual(known.toSorted())
})

test('what it refers to is in it', () => {
  const text = openApiText()
  const targets = [...text.matchAll(/"\$ref": "#\/components\/([\w-]+)\/([\w-]+)"/g)].map(([, sort, name]) => [
    sort,
    name,
  ])
  expect(targets.length).toBeGreaterThan(100)
  const { components } = openApi() as { components: Record<string, Record<string, unknown>> }
  for (const [sort = '', name = ''] of targets) expect(components[sort]).toHaveProperty(name)
})

/** Requests whose answers are looked at, in their order: `:trigger`, `:entry`, `:stop` are ids of what went before. */
const requests: [route: string, path: string, body?: unknown][] = [
  ['POST /api/install', '/api/install', { delegate: false }],
  ['GET /api/install', '/api/install'],
  ['GET /api/me', '/api/me'],
  ['GET /api/paused', '/api/paused'],
  ['GET /api/kinds', '/api/kinds'],
  ['GET /api/directory', '/api/directory'],
  ['GET /api/users', '/api/users'],
  ['GET /api/lines', '/api/lines'],
  ['GET /api/forms', '/api/forms'],
  ['GET /api/channels', '/api/channels'],
  ['GET /api/fields', `/api/fields?entityTypeId=${types.deal}`],
  ['POST /api/triggers', '/api/triggers', aTrigger],
  ['GET /api/triggers', '/api/triggers'],
  ['GET /api/triggers/picks', '/api/triggers/picks'],
  ['GET /api/triggers/:id', '/api/triggers/:trigger'],
  ['PUT /api/triggers/:id', '/api/triggers/:trigger', { ...aTrigger, name: 'Another', version: 1 }],
  ['GET /api/triggers/:id/versions', '/api/triggers/:trigger/versions'],
  [
    'POST /api/triggers/:id/copy',
    '/api/triggers/:trigger/copy',
    { entityTypeId: types.deal, categoryId: SEED.pipelines.partners, stageId: 'C4:PREPARATION' },
  ],
  ['POST /api/triggers/rehearse', '/api/triggers/rehearse', { trigger: aTrigger, item }],
  ['GET /api/journal', '/api/journal'],
  ['GET /api/journal/count', '/api/journal/count'],
  ['GET /api/names', `/api/names?users=1&items=${types.deal}:${deals.kim}`],
  ['POST /api/journal/:id/undo', '/api/journal/:entry/undo'],
  ['POST /api/journal/:id/retry', '/api/journal/:entry/retry'],
  ['GET /api/export', '/api/export'],
  ['GET /api/export/data', '/api/export/data'],
  ['POST /api/import', '/api/import', { version: 1, triggers: [aTrigger], preview: true }],
  ['POST /api/import', '/api/import', { version: 1, triggers: [aTrigger] }],
  ['POST /api/links', '/api/links', { entityTypeId: item.entityTypeId, itemId: item.id, target: 'https://a.example/' }],
  ['GET /api/links', '/api/links'],
  ['POST /api/links/stopped', '/api/links/stopped', { target: 'stopped.example' }],
  ['GET /api/links/stopped', '/api/links/stopped'],
  ['DELETE /api/links/stopped/:id', '/api/links/stopped/:stop'],
  ['DELETE /api/triggers/:id', '/api/triggers/:trigger'],
  ['POST /api/triggers/:id/restore', '/api/triggers/:trigger/restore'],
  ['POST /api/erase', '/api/erase', { client: { entityTypeId: 3, id: 999_999 } }],
  ['GET /api/settings', '/api/settings'],
  ['PUT /api/settings', '/api/settings', { staleHours: 5 }],
  ['GET /api/status', '/api/status'],
  ['GET /api/audit', '/api/audit'],
  ['GET /api/work', '/api/work?state=parked'],
  ['POST /api/work/:id/retry', '/api/work/1/retry'],
  ['GET /api/access', '/api/access'],
  ['DELETE /api/access/me', '/api/access/me'],
]

/** Their answers are no JSON, end the session, or are the first of all. */
const notAsked = ['GET /api/journal/csv', 'POST /api/access/sign-out', 'POST /api/session']

/** What these come to here. */
const refused: Record<string, number> = { 'POST /api/journal/:id/retry': 409, 'POST /api/work/:id/retry': 404 }

test('every route answers in the shape that it tells, with a status that it tells', async () => {
  expect([...new Set(requests.map(([route]) => route)), ...notAsked].toSorted()).toEqual(
    Object.keys(operations).toSorted(),
  )
  const ids: Record<string, string> = {}
  const differences: unknown[] = []
  for (const [route, path, body] of requests) {
    if (route.startsWith('PUT /api/triggers')) await aMove()
    const [method = ''] = route.split(' ')
    const address = path.replace(/:(\w+)/g, (whole, name) => ids[name] ?? whole)
    const answer = await admin(method, address, body)
    const { status = 200, answer: shape, errors = [] } = operations[route] ?? expect.fail()
    const expected = refused[route] ?? status
    if (answer.status !== expected) differences.push({ route, status: answer.status, body: answer.body })
    if (expected !== status) expect([...errors, 404], route).toContain(expected)
    else if (shape) {
      const { error } = shape.safeParse(answer.body)
      if (error) differences.push({ route, issues: error.issues })
    }
    if (route === 'POST /api/triggers') ids.trigger = answer.body.id
    if (route === 'GET /api/journal') ids.entry = answer.body.entries[0].id
    if (route === 'POST /api/links/stopped') ids.stop = answer.body.id
  }
  expect(differences).toEqual([])
})

/** An entry of the journal that can be taken back. */
async function aMove(): Promise<void> {
  rig.portal.act.receiveMail()
  await rig.settled()
}
