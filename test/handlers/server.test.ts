import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../../handlers/server.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'
import { send } from './send.ts'

const metricsToken = 'a-token-for-prometheus'
let rig: Rig
const lines: string[] = []

beforeAll(async () => {
  rig = await startRig({ env: { METRICS_TOKEN: metricsToken }, logTo: { write: (line) => void lines.push(line) } })
  await rig.settled()
})
afterAll(() => rig.stop())

describe('the server', () => {
  it('says that it is well while the store answers', async () => {
    const { status, body } = await send(`${rig.url}/health`)
    expect([status, body]).toEqual([200, { status: 'ok' }])
    expect((await send(`${rig.url}/health`, { method: 'HEAD' })).status).toBe(200)
  })

  it('shows metrics to who has the token, without naming a portal', async () => {
    const read = (authorization: string) => send(`${rig.url}/metrics`, { headers: { authorization } })
    const { status, text } = await read(`Bearer ${metricsToken}`)
    expect(status).toBe(200)
    expect(text).toContain('# HELP stagecue_work')
    expect(text).toContain('process_cpu_seconds_total')
    expect(text).toMatch(/stagecue_answers_total\{room="health",status="200"\} [1-9]/)
    expect(text).toMatch(/stagecue_portal_requests_total\{lane="page"\} [1-9]/)
    expect(text).toMatch(/stagecue_portal_requests_waiting\{lane="work"\} 0/)
    expect(text).toContain('stagecue_portal_requests_refused_total 0')
    expect(text).toContain('stagecue_portals_blocked 0')
    expect(text).not.toContain(rig.portal.memberId)
    for (const wrong of ['', 'Bearer ', 'Bearer wrong', metricsToken])
      expect((await read(wrong)).status, wrong).toBe(401)
  })

  it('has no metrics without a token in the configuration', async () => {
    const { config } = rig.stagecue
    const other = createHttpServer(createServer({ ...rig.stagecue, config: { ...config, metricsToken: null } }))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    expect((await send(`${url}/metrics`, { headers: { authorization: 'Bearer null' } })).status).toBe(404)
    other.close()
  })

  it('answers unknown addresses with 404 as JSON', async () => {
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/nowhere'],
      ['POST', '/nowhere'],
      ['GET', '/api'],
      ['GET', '/pages/../main.ts'],
      ['GET', '/pages/%2e%2e/main.ts'],
      ['PUT', '/install'],
    ] as const) {
      const { status, body } = await send(rig.url + path, { method })
      expect([path, status, body?.error.code]).toEqual([path, 404, 'not-found'])
    }
    const admin = await rig.as(SEED.users.admin)
    expect((await admin('GET', '/api/triggers/%E0%A4%A')).body.error.code).toBe('bad-request')
  })

  it('sends its headers with every answer, and none that keeps pages out of the portal’s frame', async () => {
    const { headers } = await send(`${rig.url}/health`)
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-frame-options')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('strict-transport-security')).toBeNull()
  })

  it('answers what is too large with 413 and what is no JSON with 400', async () => {
    const { body } = await send(`${rig.url}/api/session`, { method: 'POST', body: { memberId: 'x'.repeat(200_000) } })
    expect(body.error.code).toBe('too-large')
    const admin = await rig.as(SEED.users.admin)
    expect((await admin('POST', '/api/triggers', { name: 'x'.repeat(1_100_000) })).status).toBe(413)
  })

  it('lets nothing of a failure out: neither stack nor message', async () => {
    const { db } = rig.stagecue
    const admin = await rig.as(SEED.users.admin)
    await db.schema.alterTable('audit').renameTo('audit_away').execute()
    const { status, body } = await admin('GET', '/api/audit')
    await db.schema.alterTable('audit_away').renameTo('audit').execute()
    expect(status).toBe(500)
    expect(body).toEqual({ error: { code: 'internal', message: expect.stringMatching(/^Something went wrong/) } })
    const logged = lines.find((line) => line.includes('A request failed')) ?? ''
    expect(JSON.parse(logged)).toMatchObject({ level: 'error', method: 'GET', path: '/api/audit' })
  })

  it('answers 503 while the portal does not answer', async () => {
    const admin = await rig.as(SEED.users.admin)
    rig.portal.faults.down = true
    const { status, body } = await admin('GET', '/api/lines')
    rig.portal.faults.down = false
    expect([status, body.error.code]).toEqual([503, 'portal-unavailable'])
  })

  it('slows down who asks too often, but never events', async () => {
    const limited = createHttpServer(
      createServer(rig.stagecue, { api: 7, session: 2, pages: 2, health: 2, links: 2, changes: 2 }),
    )
    await new Promise<void>((resolve) => limited.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(limited.address() as AddressInfo).port}`
    const times = async (count: number, path: string, method = 'GET') => {
      const answers = []
      for (let n = 0; n < count; n++) answers.push(await send(url + path, { method }))
      return answers.map(({ status }) => status)
    }
    expect(await times(3, '/health')).toEqual([200, 200, 429])
    expect(await times(3, '/install')).toEqual([200, 200, 429])
    expect(await times(3, '/api/session', 'POST')).toEqual([422, 422, 429])
    expect(await times(3, '/api/triggers', 'POST')).toEqual([401, 401, 429])
    // Whoever withdraws always may.
    expect(await times(1, '/api/access/me', 'DELETE')).toEqual([401])
    expect(await times(4, '/api/kinds')).toEqual([401, 401, 401, 429])
    expect(new Set(await times(20, '/events', 'POST'))).toEqual(new Set([400]))
    const { body } = await send(`${url}/health`)
    expect(body.error.code).toBe('too-many')
    limited.close()
  })

  it('writes no secret into its log', () => {
    const log = lines.join('')
    expect(log).not.toBe('')
    const secrets = [
      rig.emulator.clientSecret,
      ...rig.portal.tokensOf(SEED.users.admin).flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]),
    ]
    for (const secret of secrets) expect(log.includes(secret)).toBe(false)
  })
})
