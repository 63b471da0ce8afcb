import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPortalClients } from '../../../lib/bitrix24/client/clients.ts'
import { reference } from '../../../lib/bitrix24/client/command.ts'
import {
  AccessRevokedError,
  ForbiddenError,
  NotFoundError,
  PortalError,
  PortalUnavailableError,
  RateLimitError,
  UnknownOutcomeError,
} from '../../../lib/bitrix24/errors/errors.ts'
import { SEED } from '../../portal/index.ts'
import { type SetUp, setUp } from './set-up.ts'

const { users, deals, types } = SEED
const readKim = { method: 'crm.item.get', params: { entityTypeId: types.deal, id: deals.kim } }
const moveKim = {
  method: 'crm.item.update',
  params: { entityTypeId: types.deal, id: deals.kim, fields: { stageId: 'C4:PREPARATION' } },
}

let world: SetUp
beforeEach(async () => {
  world = await setUp()
  await world.open(users.admin, users.sam)
})
afterEach(() => world.stop())

const as = (userId: number) => world.clients.as(world.portal.memberId, userId, 'work')

describe('a call', () => {
  it('is made under the name of the user', async () => {
    const { result } = await (await as(users.sam)).call('profile')
    expect(result).toMatchObject({ ID: String(users.sam) })
  })

  it('gives total and next of a list', async () => {
    const client = await as(users.sam)
    const { total, result } = await client.call('crm.item.list', { entityTypeId: types.deal })
    expect(total).toBe((result as { items: unknown[] }).items.length)
  })

  it('throws what the portal refuses', async () => {
    const client = await as(users.sam)
    const missing = client.call('crm.item.get', { entityTypeId: types.deal, id: 999_999 })
    await expect(missing).rejects.toBeInstanceOf(NotFoundError)
    const rights = (await as(users.sam)).call('voximplant.line.get')
    await expect(rights).rejects.toBeInstanceOf(ForbiddenError)
    await expect(client.call('no.such.method')).rejects.toMatchObject({ code: 'ERROR_METHOD_NOT_FOUND', status: 404 })
  })

  it('needs a live access', async () => {
    await expect(as(users.ines)).rejects.toBeInstanceOf(AccessRevokedError)
  })
})

describe('a batch', () => {
  it('keeps names and goes on after a refusal', async () => {
    const { results, requestId } = await (await as(users.sam)).batch({
      first: readKim,
      gone: { method: 'crm.item.get', params: { entityTypeId: types.deal, id: 999_999 } },
      last: { method: 'profile' },
    })
    expect(Object.keys(results)).toEqual(['first', 'gone', 'last'])
    expect(results.first).toMatchObject({ ok: true, result: { item: { id: deals.kim } } })
    expect(results.gone).toMatchObject({ ok: false, error: expect.any(NotFoundError) })
    expect(results.last).toMatchObject({ ok: true })
    expect(requestId).toMatch(/^[\da-f-]{36}$/)
    expect(world.portal.requests).toHaveLength(1)
  })

  it('lets a command use the result of an earlier one', async () => {
    const { results } = await (await as(users.sam)).batch({
      kim: readKim,
      same: {
        method: 'crm.item.list',
        params: {
          entityTypeId: types.deal,
          filter: { '@id': [reference('kim', 'item', 'id'), reference('kim', 'item', 'nothing')] },
        },
      },
    })
    expect(results.same).toMatchObject({ ok: true, result: { items: [{ id: deals.kim }] } })
  })

  it.each([
    ['null', null],
    ['a text', 'odd'],
    ['a list', []],
    [
      'maps of nothing',
      { result: null, result_error: { move: null, read: null }, result_time: { move: null, read: 7 } },
    ],
    ['refusals without content', { result_error: { move: {}, read: [] }, result_time: [null] }],
    ['maps that are none', { result: 'x', result_error: 7, result_total: true, result_next: [], result_time: null }],
  ])('whose answer is %s tells nothing, and throws nothing', async (_, result) => {
    world.portal.faults.next({ kind: 'status', status: 200, body: { result, time: null } })
    const client = await as(users.sam)
    const outcome = await client.batch({ read: readKim, move: moveKim }).catch((error: unknown) => error)
    if (outcome instanceof PortalError) return expect(outcome).toBeInstanceOf(UnknownOutcomeError)
    expect(outcome).toMatchObject({
      results: {
        read: { ok: false, error: expect.any(PortalError) },
        move: { ok: false, error: expect.any(UnknownOutcomeError) },
      },
    })
  })

  it('takes 1 to 50 commands with names that PHP does not take for numbers', async () => {
    const client = await as(users.sam)
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`c${n}`, { method: 'profile' }]))
    await expect(client.batch(many)).rejects.toThrow(RangeError)
    await expect(client.batch({})).rejects.toThrow(RangeError)
    await expect(client.batch({ 1: { method: 'profile' } })).rejects.toThrow('1 cannot name a command')
    await expect(client.batch({ 'a-b': { method: 'profile' } })).rejects.toThrow('a-b cannot name a command')
    expect(world.portal.requests).toHaveLength(0)
  })
})

describe('a batch that must be sent in time', () => {
  it('and is not, is not sent any more: nothing was done', async () => {
    const client = await as(users.sam)
    const before = world.portal.requests.length
    const late = client.batch({ move: moveKim }, new Date(Date.now() - 1))
    await expect(late).rejects.toMatchObject({ name: 'PortalUnavailableError', code: 'TOO_LATE', retriable: true })
    expect(world.portal.requests).toHaveLength(before)
    await client.batch({ move: moveKim }, new Date(Date.now() + 5000))
    expect(world.portal.requests).toHaveLength(before + 1)
  })
})

describe('an answer that is none', () => {
  const kinds = ['html', 'cut', 'reset', 'silent', 'status'] as const
  let impatient: SetUp['clients']
  beforeEach(() => {
    impatient = createPortalClients({ ...world.deps, portalTimeoutMs: 300 })
  })
  afterEach(() => impatient.close())
  const asImpatient = (userId: number) => impatient.as(world.portal.memberId, userId, 'work')

  it.each(kinds)('(%s) means of a reading request that it may be made again', async (kind) => {
    world.portal.faults.next({ kind, when: 'after' })
    await expect((await asImpatient(users.sam)).call(readKim.method, readKim.params)).rejects.toBeInstanceOf(
      PortalUnavailableError,
    )
  })

  it.each(kinds)(
    '(%s) means of a writing request that its outcome is unknown, and it is not sent again',
    async (kind) => {
      world.portal.faults.next({ kind, when: 'after' })
      await expect((await asImpatient(users.sam)).batch({ move: moveKim })).rejects.toBeInstanceOf(UnknownOutcomeError)
      expect(world.portal.requests.filter(({ methods }) => methods.includes('crm.item.update'))).toHaveLength(1)
    },
  )

  it('because nobody listens leaves nothing unknown', async () => {
    const client = await as(users.sam)
    await world.portal.stop()
    const move = client.call(moveKim.method, moveKim.params)
    await expect(move).rejects.toMatchObject({ name: 'PortalUnavailableError', code: 'ECONNREFUSED', retriable: true })
  })

  it('keeps the page of a gateway out of the error', async () => {
    world.portal.faults.next({ kind: 'html', status: 502 })
    const error = await (await as(users.sam)).call('profile').catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'HTTP_502', status: 502, text: '' })
  })
})

describe('limits', () => {
  it('of requests tell until when to wait, and slow the portal down', async () => {
    world.portal.faults.next({ kind: 'status', status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED' } })
    const error = await (await as(users.sam)).call('profile').catch((thrown) => thrown)
    expect(error).toBeInstanceOf(RateLimitError)
    expect(error.waitUntil.getTime()).toBeGreaterThan(Date.now())
    const state = world.clients.state(world.portal.memberId)
    expect(state).toMatchObject({ perSecond: 1, used: 50 })
    expect(error.waitUntil.getTime()).toBeGreaterThanOrEqual(state.blockedUntil?.getTime() ?? Number.POSITIVE_INFINITY)
  })

  it('of one method hold that method back with what uses its result, and nothing else', async () => {
    const client = await as(users.sam)
    world.portal.limits.operatingCosts['crm.item.update'] = 1000
    await client.batch({ move: moveKim })
    const entry = {
      entityTypeId: types.deal,
      entityId: reference('move', 'item', 'id'),
      title: 'Moved',
      text: '',
      iconCode: 'info',
    }
    const commands = {
      move: moveKim,
      entry: { method: 'crm.timeline.logmessage.add', params: { fields: entry } },
      other: readKim,
    }
    const { results } = await client.batch(commands)
    expect(results.move).toMatchObject({ ok: false, error: { method: 'crm.item.update', retriable: true } })
    const again = await client.batch(commands)
    expect(again.results.move).toMatchObject({ ok: false, error: { code: 'OPERATION_TIME_LIMIT' } })
    expect(again.results.entry).toMatchObject({ ok: false, error: { code: 'OPERATION_TIME_LIMIT' } })
    expect(again.results.other).toMatchObject({ ok: true })
    expect(world.portal.requests.at(-1)?.methods).toEqual(['crm.item.get'])
    await expect(client.call(moveKim.method, moveKim.params)).rejects.toBeInstanceOf(RateLimitError)
    await expect(client.batch({ move: moveKim })).rejects.toBeInstanceOf(RateLimitError)
    expect(Object.keys(world.clients.state(world.portal.memberId).paused)).toEqual(['crm.item.update'])
  })

  it('wait until the time that the portal named in its last good answer', async () => {
    const client = await as(users.sam)
    world.portal.limits.operatingCosts['crm.item.update'] = 1000
    await client.call(moveKim.method, moveKim.params)
    const error = await client.call(moveKim.method, moveKim.params).catch((thrown) => thrown)
    expect(error.waitUntil.getTime() - Date.now()).toBeGreaterThan(300_000)
  })
})

describe('the log of requests', () => {
  it('tells time, user, methods with ids, status, error and duration; never tokens', async () => {
    const client = await as(users.sam)
    await client.batch({ read: readKim, move: moveKim, me: { method: 'profile' } })
    await client.call('crm.item.get', { entityTypeId: types.deal, id: 999_999 }).catch(() => {})
    await world.clients.close()
    const rows = await world.db.selectFrom('rest_log').selectAll().orderBy('id').execute()
    expect(rows).toMatchObject([
      { user_id: users.sam, methods: 'crm.item.get 2:31, crm.item.update 2:31, profile', status: 200, error: null },
      { user_id: users.sam, methods: 'crm.item.get 2:999999', status: 400, error: 'NOT_FOUND' },
    ])
    const tokens = world.portal.tokensOf(users.sam).flatMap((token) => [token.accessToken, token.refreshToken])
    for (const token of tokens) expect(JSON.stringify(rows)).not.toContain(token)
  })
})
