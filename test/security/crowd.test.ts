import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createApi } from '../../app/api.ts'
import { defaultLimits } from '../../handlers/http/limits.ts'
import { assetsFolder } from '../../handlers/http/page-assets.ts'
import { openSession } from '../api.ts'
import { buildApp } from '../build-app.ts'
import type { Portal } from '../portal/index.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'

/** All of them come in through one address translation. */
const office = '198.51.100.23'

/** People of each of two companies. */
const people = 100

let rig: Rig
let portals: Portal[] = []

beforeAll(async () => {
  await buildApp()
  rig = await startRig({ env: { TRUST_PROXY: '1' }, limits: defaultLimits })
  const other = await rig.emulator.addPortal({ appUrl: rig.url, eventDelayMs: [0, 20] })
  other.beginInstall()
  const admin = await openSession(rig.url, other, SEED.users.admin)
  expect((await admin('POST', '/api/install', { delegate: false })).body.ready).toBe(true)
  other.finishInstall()
  await rig.settled()
  portals = [rig.portal, other]
})
const agent = new Agent({ keepAlive: true })
afterAll(() => {
  agent.destroy()
  return rig.stop()
})

/** What a browser with nothing in its cache loads before a page is there: the scripts and styles of the board. */
function filesOfPage(): string[] {
  const manifest: Record<string, { file: string; css?: string[]; imports?: string[] }> = JSON.parse(
    readFileSync(`${assetsFolder}/manifest.json`, 'utf8'),
  )
  const wanted = ['main.ts', 'AppShell.vue', 'board/BoardPage.vue']
  const seen = new Set<string>()
  const add = (name: string): string[] => {
    const chunk = manifest[name]
    if (!chunk || seen.has(name)) return []
    seen.add(name)
    return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap(add)]
  }
  return [...new Set(wanted.flatMap(add))].map((file) => `/pages/${file}`)
}

const fromOffice: typeof fetch = (path, init) => {
  const headers = new Headers(init?.headers)
  headers.set('x-forwarded-for', office)
  return fetch(`${rig.url}${String(path)}`, { ...init, headers })
}

/**
 * The status of a file. What it holds is not looked at, so it is not unpacked: there are thousands. By `HEAD` it is not even sent, which takes
 * the processor most of the time, and counts as a request all the same.
 */
function statusOf(file: string, method: 'GET' | 'HEAD'): Promise<number | undefined> {
  const headers = { 'x-forwarded-for': office, 'accept-encoding': 'gzip, deflate' }
  return new Promise((resolve, reject) => {
    const asked = request(`${rig.url}${file}`, { method, agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
    // A connection that the server ended while it lay idle is no error to a browser, which asks again.
    asked.on('error', (error) => (asked.reusedSocket ? resolve(statusOf(file, method)) : reject(error)))
    asked.end()
  })
}

/** Somebody opens the app as a browser does; whatever is thrown here he sees. */
async function openPage(portal: Portal, userId: number, files: readonly string[]): Promise<number> {
  const { query, body } = portal.openApp(userId)
  const form = new URLSearchParams(body as Record<string, string>)
  const page = await fromOffice(`/app?${new URLSearchParams(query as Record<string, string>)}`, {
    method: 'POST',
    body: form,
  })
  expect(page.status).toBe(200)
  const [, data = ''] = /id="data">([^<]*)</.exec(await page.text()) ?? []
  for (const [index, file] of files.entries())
    expect([file, await statusOf(file, index === 0 ? 'GET' : 'HEAD')]).toEqual([file, 200])
  const tokens = { authId: body.AUTH_ID, refreshId: body.REFRESH_ID, authExpires: 3600 }
  const frame = { tokens: () => tokens, renew: async () => tokens }
  const texts = { offline: 'offline', broken: 'broken' }
  const api = createApi({ frame, page: JSON.parse(data), texts }, fromOffice)
  const session = await api.open()
  await Promise.all(['/api/directory', '/api/kinds', '/api/me', '/api/triggers'].map((path) => api.call('GET', path)))
  return session.user.id
}

it('200 people of two companies open the app at once behind one address, with nothing in their caches: nobody sees an error', async () => {
  const files = filesOfPage()
  expect(files.length).toBeGreaterThan(3)
  const opened = portals.flatMap((portal) =>
    Array.from({ length: people }, () => portal.act.addUser()).map(async (userId) => {
      expect(await openPage(portal, userId, files)).toBe(userId)
    }),
  )
  const failures = (await Promise.allSettled(opened)).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(failures).toEqual([])
})
