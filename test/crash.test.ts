import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSession } from './api.ts'
import { until } from './chaos/until.ts'
import { makeDataDir } from './data-dir.ts'
import { freePort } from './free-port.ts'
import { type Emulator, type Portal, SEED, startEmulator } from './portal/index.ts'
import { aTrigger } from './rig.ts'

const { users, deals } = SEED

/** Seconds. */
const PATIENCE = 25

let emulator: Emulator
let portal: Portal
let dataDir: string
let port: number
let child: ChildProcess

const url = () => `http://127.0.0.1:${port}`

beforeEach(async () => {
  dataDir = makeDataDir('stagecue-crash-')
  port = await freePort()
  emulator = await startEmulator({ appUrl: url() })
  portal = await emulator.addPortal({ eventDelayMs: [0, 20] })
  await startProcess()
})
afterEach(async () => {
  child.kill('SIGKILL')
  await emulator.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

test.each(['before', 'after'] as const)(
  'killed between "intent written" and "portal answered", %s the portal acted: the deal moves exactly once',
  async (when) => {
    const admin = await installed()
    portal.faults.next({ method: 'crm.item.update', kind: 'silent', when })
    portal.act.receiveMail()
    await until('the portal was called', () => portal.faults.waiting.length === 0, PATIENCE)
    child.kill('SIGKILL')
    await startProcess()
    await until('it is journaled', async () => (await admin('GET', '/api/journal')).body.entries.length > 0, PATIENCE)
    await sleep(2000)
    const { body } = await admin('GET', '/api/journal')
    expect(body.entries).toHaveLength(1)
    expect(body.entries[0]).toMatchObject({ outcome: 'moved', move: { userId: users.sam } })
    const entered = portal.world.stageHistory.filter(
      (row) => row.ownerId === deals.kim && row.stageId === aTrigger.stageId,
    )
    expect(entered).toHaveLength(1)
  },
)

test('killed at once after an event was answered: the event is worked off by the next process', async () => {
  const admin = await installed()
  portal.faults.next({ method: 'crm.activity.list', kind: 'silent', when: 'before' })
  portal.act.receiveMail()
  await until('the portal was called', () => portal.faults.waiting.length === 0, PATIENCE)
  child.kill('SIGKILL')
  await startProcess()
  await until('it is journaled', async () => (await admin('GET', '/api/journal')).body.entries.length > 0, PATIENCE)
  const { body } = await admin('GET', '/api/journal')
  expect(body.entries.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['moved'])
})

test('SIGTERM ends the process by itself, without an error', async () => {
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)))
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

async function startProcess(): Promise<void> {
  child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'handlers/main.ts'], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      PUBLIC_URL: url(),
      B24_CLIENT_ID: emulator.clientId,
      B24_CLIENT_SECRET: emulator.clientSecret,
      B24_OAUTH_SERVERS: emulator.oauthUrls.join(),
      B24_ALLOW_HTTP: 'true',
      B24_ALLOW_PRIVATE: 'true',
      DATA_DIR: dataDir,
      SETTLE_SECONDS: '1',
      LOG_LEVEL: 'warn',
    },
    stdio: 'ignore',
  })
  await until('it is healthy', async () => (await fetch(`${url()}/health`).catch(() => null))?.status === 200, PATIENCE)
}

async function installed() {
  portal.beginInstall()
  const admin = await openSession(url(), portal, users.admin)
  expect((await admin('POST', '/api/install', { delegate: false })).body.ready).toBe(true)
  portal.finishInstall()
  await openSession(url(), portal, users.sam)
  expect((await admin('POST', '/api/triggers', aTrigger)).status).toBe(201)
  return admin
}
