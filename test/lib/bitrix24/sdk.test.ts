import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { PortalUnavailableError, UnknownOutcomeError } from '../../../lib/bitrix24/errors/errors.ts'
import { SEED } from '../../portal/index.ts'
import { type SetUp, serve, setUp } from './set-up.ts'

const { users } = SEED
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

type Answer = (response: ServerResponse, request: IncomingMessage, body: string) => void
const json = (status: number, body: unknown) => (response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** A portal that gives one odd answer to everything. It is waited for longer than a busy machine takes to give it, unless it never does. */
async function oddPortal(
  answer: Answer,
  { userIds = [users.sam], portalTimeoutMs = 20_000 }: { userIds?: number[]; portalTimeoutMs?: number } = {},
) {
  const world = await setUp({ portalTimeoutMs })
  const odd = await serve((request, response, body) => answer(response, request, body))
  stops.push(world.stop, odd.close)
  await world.open(...userIds)
  await world.db
    .updateTable('portal')
    .set({ endpoint: `${odd.url}/rest/` })
    .execute()
  return { world, odd }
}

const call = async (world: SetUp, method: string, userId: number = users.sam) =>
  (await world.clients.as(world.portal.memberId, userId, 'work')).call(method)

/** The numbers are those of `libraries.md` 1, "Defects and limits found". */
describe('the SDK, as it is used here', () => {
  it('has one budget for all users of a portal (1)', async () => {
    const { world } = await oddPortal(json(200, { result: true, time: {} }), { userIds: [users.sam, users.ines] })
    await Promise.all([call(world, 'crm.deal.get'), call(world, 'crm.deal.get', users.ines)])
    expect(world.clients.state(world.portal.memberId).used).toBe(2)
  })

  it('is not slowed for one portal by the limits of another (2)', async () => {
    const { world } = await oddPortal(json(503, { error: 'QUERY_LIMIT_EXCEEDED' }))
    await expect(call(world, 'profile')).rejects.toMatchObject({ name: 'RateLimitError' })
    expect(world.clients.state(world.portal.memberId).perSecond).toBeLessThan(2)
    expect(world.clients.state('another').perSecond).toBe(2)
  })

  it.each([
    ['a connection that breaks', (response: ServerResponse) => void response.destroy()],
    ['502', json(502, 'bad gateway')],
    ['504', json(504, { error: 'x' })],
    ['500 with an unknown code', json(500, { error: 'SOMETHING' })],
    ['503 that is no limit', json(503, 'down')],
  ])('sends what writes once, whatever comes: %s (4)', async (_, answer) => {
    const { world, odd } = await oddPortal(answer)
    await expect(call(world, 'crm.deal.add')).rejects.toBeInstanceOf(UnknownOutcomeError)
    expect(odd.seen).toHaveLength(1)
  })

  it('keeps a good answer without `time` (5)', async () => {
    const { world } = await oddPortal(json(200, { result: { id: 7 } }))
    expect(await call(world, 'crm.deal.add')).toMatchObject({ ok: true, result: { id: 7 } })
  })

  it.each([
    ['HTML', (response: ServerResponse) => void response.end('<html>maintenance</html>')],
    ['nothing', (response: ServerResponse) => void response.end()],
    ['null', json(200, null)],
    ['a number', json(200, 5)],
    ['an object of something else', json(200, { hello: 'world' })],
    ['cut JSON', (response: ServerResponse) => void response.end('{"result":{"id":')],
    [
      'less than was announced',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"result":')
        setTimeout(() => response.destroy(), 20)
      },
    ],
  ])('takes no 200 with %s for a success (5)', async (_, answer) => {
    const { world } = await oddPortal(answer)
    await expect(call(world, 'crm.deal.add')).rejects.toBeInstanceOf(UnknownOutcomeError)
    await expect(call(world, 'crm.deal.list')).rejects.toBeInstanceOf(PortalUnavailableError)
  })

  it.each([
    ['an empty code', { error: '', error_description: 'Not found' }, 'NotFoundError'],
    ['a zero', { error: 0, error_description: 'Access denied.' }, 'ForbiddenError'],
    ['a number', { error: 100, error_description: 'Something else' }, 'RejectedError'],
    ['a code', { error: 'ERROR_PLACEMENT_MAX_COUNT', error_description: 'Too many' }, 'RejectedError'],
  ])('sees an error with HTTP 200 and %s', async (_, body, name) => {
    const { world } = await oddPortal(json(200, body))
    await expect(call(world, 'placement.bind')).rejects.toMatchObject({ name })
  })

  it('sees the refusals that the SDK hands back instead of throwing', async () => {
    const { world } = await oddPortal(json(404, { error: 'ERROR_ENTITY_NOT_FOUND', error_description: 'No entity' }))
    await expect(call(world, 'crm.deal.get')).rejects.toMatchObject({
      name: 'NotFoundError',
      text: 'No entity',
      status: 404,
    })
  })

  it.each([
    ['an empty code', '', 'Not found', 'NotFoundError'],
    ['a number', 100, 'x', 'RejectedError'],
    ['a zero', 0, 'Access denied', 'ForbiddenError'],
  ])('sees a refused command of a batch by %s; the SDK would call it a success', async (_, error, text, name) => {
    const entry = { error, error_description: text }
    const { world } = await oddPortal(
      json(200, { result: { result: [], result_error: { a: entry }, result_total: [] } }),
    )
    const client = await world.clients.as(world.portal.memberId, users.sam, 'work')
    const { results } = await client.batch({ a: { method: 'crm.deal.add' } })
    expect(results.a).toMatchObject({ ok: false, error: { name } })
  })

  it('gives every command of a batch a result, also when the portal forgets one; the SDK would throw all away', async () => {
    const { world } = await oddPortal(json(200, { result: { result: { a: null }, result_error: [] } }))
    const client = await world.clients.as(world.portal.memberId, users.sam, 'work')
    const { results } = await client.batch({
      a: { method: 'crm.deal.get' },
      b: { method: 'crm.deal.add' },
      c: { method: 'crm.deal.list' },
    })
    expect(results.a).toEqual({ ok: true, result: null })
    expect(results.b).toMatchObject({ ok: false, error: { name: 'UnknownOutcomeError', code: 'NO_RESULT' } })
    expect(results.c).toMatchObject({ ok: false, error: { name: 'PortalUnavailableError', code: 'NO_RESULT' } })
  })

  it.each([301, 302, 307, 308])('never takes a request elsewhere: %i (12)', async (status) => {
    const elsewhere = await serve((_, response) => response.end('{"result":true}'))
    stops.push(elsewhere.close)
    const { world } = await oddPortal((response) =>
      response.writeHead(status, { location: `${elsewhere.url}/rest/crm.deal.add` }).end(),
    )
    await call(world, 'crm.deal.add').catch(() => {})
    expect(elsewhere.seen).toHaveLength(0)
  })

  it('gives up on a silent portal (13)', async () => {
    const { world } = await oddPortal(() => {}, { portalTimeoutMs: 300 })
    await expect(call(world, 'crm.deal.list')).rejects.toMatchObject({ name: 'PortalUnavailableError' })
    await expect(call(world, 'crm.deal.add')).rejects.toMatchObject({ name: 'UnknownOutcomeError' })
  })

  it('sends the token in the body, to one slash, and never lets parameters change it', async () => {
    const { world, odd } = await oddPortal(json(200, { result: true }))
    const client = await world.clients.as(world.portal.memberId, users.sam, 'work')
    await client.call('crm.deal.list', { auth: 'mine', filter: { ID: 1 } })
    const [request] = odd.seen
    const token = world.portal.tokensOf(users.sam)[0]?.accessToken
    expect(JSON.parse(request?.body ?? '')).toEqual({ filter: { ID: 1 }, auth: token })
    expect(request?.url).toMatch(/^\/rest\/crm\.deal\.list\?bx24_request_id=/)
    expect(request?.url).not.toContain(token)
  })

  it('leaves no token in an error that quotes it', async () => {
    const { world } = await oddPortal((response, _, body) => {
      json(400, { error: 'SOMETHING', error_description: `bad token ${JSON.parse(body).auth}` })(response)
    })
    const error = await call(world, 'profile').catch((thrown) => thrown)
    const token = world.portal.tokensOf(users.sam)[0]?.accessToken ?? expect.fail()
    expect(error).toMatchObject({ code: 'SOMETHING', text: 'bad token …' })
    expect([error.stack, JSON.stringify(error), String(error.cause)].join()).not.toContain(token)
  })
})
