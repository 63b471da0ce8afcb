import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openSession } from '../api.ts'
import { buildApp, buildServer } from '../build-app.ts'
import { startBalancer } from '../chaos/balancer.ts'
import { until } from '../chaos/until.ts'
import { freePort } from '../free-port.ts'
import { send } from '../handlers/send.ts'
import { createDatabase, dropDatabase, sharedPostgres } from '../lib/store/test-database.ts'
import type { Opening } from '../portal/frame/opening.ts'
import { SEED, startEmulator } from '../portal/index.ts'
import { aTrigger } from '../rig.ts'

/**
 * Two walks of a newcomer in a clone, with the commands that the documents write. The packages, and pages and server as they are built in this
 * repository, stand in for what `npm run setup` and `npm run build` would fetch and build anew (`test/chaos/production-setup.test.ts` fetches them).
 */
const root = join(import.meta.dirname, '../..')
const { users, types, pipelines } = SEED

let folder: string
let running: ChildProcess[] = []
beforeAll(async () => {
  await buildApp()
  await buildServer()
  folder = mkdtempSync(join(tmpdir(), 'stagecue-walk-'))
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  const present = files.filter((file) => existsSync(join(root, file)))
  for (const path of new Set(present.map((file) => dirname(file)))) mkdirSync(join(folder, path), { recursive: true })
  for (const file of present) copyFileSync(join(root, file), join(folder, file))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const built of ['app/dist', 'dist']) cpSync(join(root, built), join(folder, built), { recursive: true })
})
afterEach(async () => {
  await Promise.all(running.map(ended))
  running = []
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Ends a command with everything that it started. */
function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve()
  const closed = new Promise((resolve) => child.once('close', resolve))
  process.kill(-child.pid, 'SIGINT')
  return closed
}

/** Runs a command of a document as it stands there. */
function run(command: string, env: Record<string, string> = {}): { output: () => string } {
  const path = `${dirname(process.execPath)}:${process.env.PATH}`
  const child = spawn('sh', ['-c', command], {
    cwd: folder,
    env: { HOME: process.env.HOME, PATH: path, ...env },
    detached: true,
  })
  running.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  return { output: () => text }
}

/** The lines of code of a document. */
function linesOf(page: string): string[] {
  const text = readFileSync(join(folder, page), 'utf8')
  return [...text.matchAll(/^```\w*\n(.*?)^```$/gms)].flatMap(([, block = '']) => block.split('\n'))
}

const commandOf = (page: string, start: string) => {
  const line = linesOf(page).find((one) => one.startsWith(start)) ?? expect.fail(`${page} has no line ${start}`)
  return line.split(/\s{2,}/)[0] ?? ''
}

async function json(url: string, method = 'GET', body?: unknown, token?: string) {
  const answer = await send(url, { method, body, headers: token ? { authorization: `Bearer ${token}` } : {} })
  expect(answer.status, url).toBeLessThan(300)
  return answer.body
}

test('what was built in one clone is known to be of the sources of another', async () => {
  const { isBuilt }: typeof import('../../.ci/built.mjs') = await import(join(folder, '.ci/built.mjs'))
  expect([isBuilt('pages'), isBuilt('server')]).toEqual([true, true])
})

test('clone → the first trigger in the playground: README.md, “Try it”', async () => {
  const demo = run(commandOf('README.md', 'npm run demo'))
  await until('it is the visitor’s turn', () => demo.output().includes('Now it is your turn'), 170)
  expect(demo.output()).toContain('It ended as it should.')
  const [, portal = ''] = /Now it is your turn: open (\S+?)\/ /.exec(demo.output()) ?? []
  expect(await (await fetch(`${portal}/crm/deal/kanban/category/${pipelines.partners}/`)).text()).toContain(
    '/playground/main.js',
  )

  // The administrator opens Stagecue in the portal, and its page opens a session.
  const { action, body } = (await json(`${portal}/app-frame/open?user=${users.admin}`)) as Opening
  const page = await fetch(action, { method: 'POST', body: new URLSearchParams({ ...body }) })
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('/pages/assets/')])
  const url = new URL(action).origin
  const { token } = await json(`${url}/api/session`, 'POST', {
    memberId: body.member_id,
    authId: body.AUTH_ID,
    refreshId: body.REFRESH_ID,
    domain: new URL(action).searchParams.get('DOMAIN'),
    applicationToken: body.APPLICATION_TOKEN,
    serverEndpoint: body.SERVER_ENDPOINT,
  })
  const trigger = await json(
    `${url}/api/triggers`,
    'POST',
    { ...aTrigger, kind: 'call-missed', name: 'My first trigger' },
    token,
  )

  // The customer calls: a button of the playground.
  const called = { act: 'call-missed', client: `3:${SEED.contacts.kim}`, choice: SEED.lines.cloud }
  expect(await json(`${portal}/playground/act`, 'POST', called)).toMatchObject({
    told: expect.stringContaining('nobody answered'),
  })
  const entries = async () =>
    (await json(`${url}/api/journal?triggerId=${trigger.id}`, 'GET', undefined, token)).entries
  await until('the trigger has answered', async () => (await entries()).length > 0)
  expect(await entries()).toContainEqual(
    expect.objectContaining({ outcome: 'moved', trigger: { id: trigger.id, name: 'My first trigger' } }),
  )
})

test('clone → three processes on PostgreSQL behind a balancer: docs/several-processes.md', async () => {
  const page = 'docs/several-processes.md'
  const lines = linesOf(page)
  const servers = lines.filter((line) => /^\s+server 10\.0\.0\.\d:3000 max_fails/.test(line))
  expect(servers).toHaveLength(3)
  const postgres = sharedPostgres()
  const databaseUrl = await createDatabase(postgres.url)
  // Nginx is no package of npm: a balancer of the tests does what the example configures.
  const balancer = await startBalancer([])
  const emulator = await startEmulator({ appUrl: balancer.url })
  try {
    const here: Record<string, string> = { DATABASE_URL: databaseUrl, PUBLIC_URL: balancer.url }
    const written = lines.flatMap((line) => {
      const [, name = '', value = ''] = /^([A-Z_]+)=(.+)$/.exec(line) ?? []
      return name === '' ? [] : [[name, here[name] ?? value] as const]
    })
    const key = `k1:${Buffer.alloc(32, 6).toString('base64')}`
    const env = {
      ...Object.fromEntries(written),
      B24_CLIENT_ID: emulator.clientId,
      B24_CLIENT_SECRET: emulator.clientSecret,
      B24_OAUTH_SERVERS: emulator.oauthUrls.join(),
      B24_ALLOW_HTTP: 'true',
      B24_ALLOW_PRIVATE: 'true',
      NODE_ENV: 'production',
      ENCRYPTION_KEYS: key,
      LINK_KEYS: key,
      LATE_BINDING_SECONDS: '0.3,0.6,1.2',
    }
    expect(Object.keys(env)).toEqual(expect.arrayContaining(['DATABASE_URL', 'PUBLIC_URL', 'TRUST_PROXY']))
    const processes = []
    for (const _ of servers) {
      const port = await freePort()
      processes.push({ port, ...run('npm start', { ...env, PORT: String(port) }) })
    }
    const isUp = async (address: string) => (await fetch(`${address}/health`).catch(() => null))?.status === 200
    for (const { port, output } of processes)
      await until(`a process is healthy: ${output()}`, () => isUp(`http://127.0.0.1:${port}`), 90, 200)
    balancer.ports.push(...processes.map(({ port }) => port))

    const portal = await emulator.addPortal({ eventDelayMs: [0, 20] })
    portal.beginInstall()
    const admin = await openSession(balancer.url, portal, users.admin)
    expect((await admin('POST', '/api/install', { delegate: false })).body.ready).toBe(true)
    portal.finishInstall()
    expect((await admin('POST', '/api/triggers', aTrigger)).status).toBe(201)
    const deals = Array.from({ length: 6 }, () =>
      portal.act.createItem({ entityTypeId: types.deal, title: 'Deal', categoryId: pipelines.partners }),
    )
    for (const { id } of deals) portal.act.receiveMail({ bindings: [{ entityTypeId: types.deal, id }] })
    await until('all deals are moved', () => deals.every(({ stageId }) => stageId === aTrigger.stageId))
    expect(portal.deliveries.every(({ status }) => status === 200)).toBe(true)
  } finally {
    await Promise.all(running.map(ended))
    await emulator.stop()
    await balancer.close()
    await dropDatabase(databaseUrl, postgres.url)
  }
})
