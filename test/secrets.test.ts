import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHECK_ACCESS } from '../lib/jobs/access/check-access.ts'
import { findDelegation } from '../lib/store/delegations.ts'
import { enqueue } from '../lib/store/jobs.ts'
import { SEED } from './portal/index.ts'
import { type Rig, startRig } from './rig.ts'
import { sendEvent } from './send-event.ts'

const { users, deals, types, pipelines } = SEED
const metricsToken = 'a token of the metrics'
const key = randomBytes(32).toString('base64')
const linkKey = randomBytes(32).toString('base64')

let rig: Rig
const log: string[] = []
const answers: string[] = []

/** Every token that the portal and its OAuth server have given out, and our own secrets. */
function canaries(): string[] {
  const tokens = [...rig.portal.world.users.keys()].flatMap((userId) => rig.portal.tokensOf(userId))
  const secrets = tokens.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])
  return [...secrets, rig.emulator.clientSecret, key, linkKey, metricsToken]
}

/** Which canaries stand in a text; by their place in the list, so that a failure does not print them. */
const foundIn = (text: string) => canaries().flatMap((canary, n) => (text.includes(canary) ? [n] : []))

beforeAll(async () => {
  rig = await startRig({
    logTo: { write: (line) => void log.push(line) },
    env: { METRICS_TOKEN: metricsToken, ENCRYPTION_KEYS: `k1:${key}`, LINK_KEY: linkKey, LOG_LEVEL: 'trace' },
  })
  await live()
})
afterAll(() => rig.stop())

/** A life with everything that brings, moves, refuses or loses tokens. */
async function live(): Promise<void> {
  const { portal, emulator, stagecue: services } = rig
  const admin = await rig.as(users.admin)
  await admin('PUT', '/api/settings', { delegate: true })
  await rig.addTrigger({ kind: 'email-incoming' })
  await rig.as(users.ines)
  const write = (assignedById: number) => {
    const item = { entityTypeId: types.deal, title: 'Deal', categoryId: pipelines.partners, assignedById }
    const { id } = portal.act.createItem(item)
    portal.act.receiveMail({ subject: `Mail ${id}`, bindings: [{ entityTypeId: types.deal, id }] })
  }
  // Own access, delegated access, and one that is refreshed on the way.
  portal.act.receiveMail({ bindings: [{ entityTypeId: types.deal, id: deals.kim }] })
  write(users.ines)
  await rig.settled()
  portal.expireTokens(users.ines)
  write(users.ines)
  await rig.settled()
  // Refused and lost on every way.
  portal.faults.next({ method: 'crm.item.update', kind: 'html' })
  emulator.oauthFaults.next({ kind: 'status', status: 400, body: { error: 'invalid_grant' } })
  portal.expireTokens(users.ines)
  write(users.ines)
  await rig.settled()
  const foreign = portal.openApp(users.supervisor)
  await sendEvent(rig, 'ONAPPINSTALL', {
    'auth[access_token]': foreign.body.AUTH_ID,
    'auth[refresh_token]': foreign.body.REFRESH_ID,
    'auth[server_endpoint]': 'https://thief.example/rest/',
  })
  const session = { memberId: portal.memberId, authId: `${foreign.body.AUTH_ID}x`, refreshId: foreign.body.REFRESH_ID }
  const sessions = [session, { ...session, serverEndpoint: 'https://thief.example/rest/' }, { ...session, authId: 7 }]
  for (const body of sessions) await ask('POST', '/api/session', JSON.stringify(body))
  // A delegated token that waits to be proven while the portal is down, and is another person's.
  portal.faults.next({ method: 'event.test', kind: 'reset', when: 'before' })
  write(users.ownOnly)
  for (;;) {
    const row = await findDelegation(services.db, portal.memberId)
    if (row && portal.faults.waiting.length === 0) {
      const { code } = JSON.parse(row.body)
      portal.faults.down = true
      const event = new URLSearchParams({
        event: 'ONAPPTEST',
        'auth[member_id]': portal.memberId,
        'auth[application_token]': portal.applicationToken,
        'auth[access_token]': foreign.body.AUTH_ID,
        'auth[refresh_token]': foreign.body.REFRESH_ID,
      })
      answers.push(await (await fetch(`${rig.url}/events/access/${code}`, { method: 'POST', body: event })).text())
      break
    }
    await sleep(10)
  }
  await databaseIsClean()
  portal.faults.down = false
  await rig.settled()
  portal.act.dismissUser(users.admin)
  await rig.as(users.deputy)
  const now = new Date()
  const round = { portal: portal.memberId, type: CHECK_ACCESS, dedupKey: 'round', dueAt: now }
  await enqueue(services.db, [round], now)
  await rig.settled()
  await services.db.updateTable('work').set({ state: 'parked' }).where('kind', '=', 'notice').execute()
}

async function ask(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<void> {
  const type = { 'content-type': 'application/json' }
  const response = await fetch(rig.url + path, { method, headers: { ...type, ...headers }, ...(body ? { body } : {}) })
  answers.push(JSON.stringify([...response.headers]), await response.text())
}

/** Everything in the folder but the keys, which trials keep there. */
async function databaseIsClean(): Promise<void> {
  const files = readdirSync(rig.dataDir).filter((name) => name.startsWith('stagecue.db'))
  // What is no secret is found, so a secret would be.
  const all = files.map((name) => readFileSync(join(rig.dataDir, name), 'latin1')).join()
  expect(all).toContain(rig.portal.memberId)
  for (const file of files) expect([file, foundIn(readFileSync(join(rig.dataDir, file), 'latin1'))]).toEqual([file, []])
}

describe('no secret stands in clear text', () => {
  it('in the database', async () => {
    expect(canaries().length).toBeGreaterThan(20)
    await databaseIsClean()
  })

  it('in the log, whatever its level', () => {
    expect(log.length).toBeGreaterThan(5)
    expect(foundIn(log.join())).toEqual([])
  })

  it('in an answer of the API', async () => {
    const api = await rig.as(users.deputy)
    const paths = ['kinds', 'directory', 'users', 'lines', 'forms', 'channels', 'triggers', 'journal', 'export']
    const more = ['settings', 'status', 'audit?limit=200', 'work?state=parked', 'journal?reason=filter', 'nothing']
    for (const path of [...paths, ...more]) {
      const { body } = await api('GET', `/api/${path}`)
      answers.push(JSON.stringify(body))
    }
    expect(answers.join()).toContain('access-delegation')
    expect(foundIn(answers.join())).toEqual([])
  })

  it('in metrics or health', async () => {
    const told: string[] = []
    for (const [path, headers] of [
      ['/metrics', { authorization: `Bearer ${metricsToken}` }],
      ['/metrics', { authorization: 'Bearer wrong' }],
      ['/health', {}],
    ] as const) {
      told.push(await (await fetch(rig.url + path, { headers })).text())
    }
    expect(told[0]).toContain('stagecue_work')
    expect(foundIn(told.join())).toEqual([])
  })

  it('in a page but those of the person who opened it', async () => {
    const { body } = rig.portal.openApp(users.sam)
    const own = new Set([body.AUTH_ID, body.REFRESH_ID])
    const page = await fetch(
      `${rig.url}/app?DOMAIN=${rig.portal.domain}&PROTOCOL=0&LANG=en&APP_SID=${'a'.repeat(32)}`,
      {
        method: 'POST',
        body: new URLSearchParams(body),
      },
    )
    expect(page.status).toBe(200)
    const html = await page.text()
    expect(canaries().filter((canary) => html.includes(canary) && !own.has(canary))).toEqual([])
  })
})
