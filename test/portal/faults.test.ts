import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from './index.ts'
import { askToken, call, type Fixture, setUp, tokenFor } from './testing.ts'

let fixture: Fixture
beforeEach(async () => {
  fixture = await setUp()
})
afterEach(() => fixture.stop())

const raw = (method: string, params: object = {}, signal?: AbortSignal) =>
  fetch(`${fixture.portal.url}/rest/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...params, auth: fixture.admin }),
    ...(signal ? { signal } : {}),
  })
const move = (signal?: AbortSignal) =>
  raw('crm.item.update', { entityTypeId: 2, id: SEED.deals.kim, fields: { stageId: 'C4:PREPARATION' } }, signal)
const stageNow = () => fixture.portal.world.items.get(`2:${SEED.deals.kim}`)?.stageId

describe('a fault', () => {
  test('html: a gateway’s page, before the portal acted', async () => {
    fixture.portal.faults.next({ method: 'crm.item.update', kind: 'html' })
    const response = await move()
    expect([response.status, await response.text()]).toEqual([502, expect.stringContaining('Bad Gateway')])
    expect(stageNow()).toBe('C4:NEW')
    expect((await move()).status).toBe(200)
  })

  test('reset: the answer is lost after the portal acted', async () => {
    fixture.portal.faults.next({ method: 'crm.item.update', kind: 'reset', when: 'after' })
    await expect(move()).rejects.toThrow()
    expect(stageNow()).toBe('C4:PREPARATION')
    expect(fixture.portal.requests.at(-1)?.status).toBe(0)
  })

  test('silent: no answer comes', async () => {
    fixture.portal.faults.next({ kind: 'silent', when: 'after' })
    await expect(move(AbortSignal.timeout(100))).rejects.toThrow()
    expect(stageNow()).toBe('C4:PREPARATION')
  })

  test('cut: half of the JSON with status 200', async () => {
    fixture.portal.faults.next({ kind: 'cut', when: 'after' })
    const response = await move()
    const text = await response.text()
    expect([response.status, text.startsWith('{"result":')]).toEqual([200, true])
    expect(() => JSON.parse(text)).toThrow()
  })

  test('status: any refusal, with any body, as often as wanted', async () => {
    const body = { error: 'PORTAL_DELETED', error_description: 'gone' }
    fixture.portal.faults.next({ kind: 'status', status: 403, body, times: 2 })
    const answers = [
      await call(fixture.portal, fixture.admin, 'profile'),
      await call(fixture.portal, fixture.admin, 'profile'),
    ]
    expect(answers).toEqual([
      { status: 403, body },
      { status: 403, body },
    ])
    expect((await call(fixture.portal, fixture.admin, 'profile')).status).toBe(200)
  })

  test('strikes only its method, also inside a batch, and only its user', async () => {
    fixture.portal.faults.next({ method: 'user.admin', userId: SEED.users.sam, kind: 'html' })
    expect((await raw('batch', { cmd: ['user.admin'] })).status).toBe(200)
    const sam = tokenFor(fixture.portal, SEED.users.sam)
    expect((await call(fixture.portal, sam, 'profile')).status).toBe(200)
    const response = await fetch(`${fixture.portal.url}/rest/batch?auth=${sam}&cmd[a]=user.admin`)
    expect(response.status).toBe(502)
  })

  test('refusal: one command alone is refused, with any code and text', async () => {
    const error = { error: 'ACCESS_DENIED', error_description: 'no' }
    fixture.portal.faults.next({ method: 'user.admin', kind: 'refusal', body: error, times: 2 })
    const { body } = await call(fixture.portal, fixture.admin, 'batch', { cmd: { a: 'user.admin', b: 'profile' } })
    expect(body.result.result_error).toEqual({ a: error })
    expect(Object.keys(body.result.result)).toEqual(['b'])
    expect(await call(fixture.portal, fixture.admin, 'user.admin')).toEqual({ status: 400, body: error })
    fixture.portal.faults.next({ method: 'crm.item.update', kind: 'refusal', when: 'after', status: 500, body: error })
    expect((await move()).status).toBe(500)
    expect(stageNow()).toBe('C4:PREPARATION')
  })

  test('result: one command answers something else', async () => {
    fixture.portal.faults.next({ method: 'profile', kind: 'result', body: 'x' })
    const { body } = await call(fixture.portal, fixture.admin, 'batch', { cmd: ['user.admin', 'profile'] })
    expect(body.result.result).toEqual([true, 'x'])
  })

  test('may come late, and every request may be slow', async () => {
    const started = Date.now()
    fixture.portal.faults.next({ kind: 'html', ms: 50 })
    fixture.portal.faults.slowMs = 50
    await raw('profile')
    expect(Date.now() - started).toBeGreaterThanOrEqual(95)
  })
})

test('a portal that is down breaks every connection', async () => {
  fixture.portal.faults.down = true
  await expect(raw('profile')).rejects.toThrow()
  fixture.portal.faults.down = false
  expect((await raw('profile')).status).toBe(200)
})

test('the OAuth server has the same faults', async () => {
  const { oauthFaults } = fixture.emulator
  const refresh_token = fixture.portal.openApp(SEED.users.sam).body.REFRESH_ID
  const refresh = () => askToken(fixture.emulator, { grant_type: 'refresh_token', refresh_token })
  oauthFaults.next({ method: 'oauth/token', kind: 'status', status: 503, body: { error: 'busy' } })
  expect((await refresh()).status).toBe(503)
  oauthFaults.down = true
  await expect(refresh()).rejects.toThrow()
  oauthFaults.down = false
  oauthFaults.next({ method: 'oauth/token', kind: 'reset', when: 'after' })
  await expect(refresh()).rejects.toThrow()
  expect((await refresh()).body.error).toBe('invalid_grant')
})
