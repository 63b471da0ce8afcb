import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError, type Environment, loadConfig, readEnvironment } from '../../lib/config.ts'

const key = Buffer.alloc(32, 7).toString('base64')
let dataDir: string
let valid: Environment

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'stagecue-config-'))
  valid = {
    PUBLIC_URL: 'https://stagecue.example',
    B24_CLIENT_ID: 'app.demo',
    B24_CLIENT_SECRET: 'secret-of-demo',
    DATA_DIR: dataDir,
  }
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

function faultsOf(env: Environment): readonly string[] {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('configuration', () => {
  test('needs an address and the application keys; everything else has a default', () => {
    expect(loadConfig(valid)).toMatchObject({
      keepDays: { filtered: 7, jobs: 3, restLog: 3 },
      production: false,
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'https://stagecue.example',
      trustProxy: 0,
      oauthServers: ['https://oauth.bitrix.info', 'https://oauth.bitrix24.tech'],
      allowHttp: false,
      allowPrivate: false,
      databaseUrl: null,
      metricsToken: null,
      worker: true,
      mailPollSeconds: 60,
      chatPollSeconds: 60,
      sweepSeconds: 300,
      lateBindingSeconds: [3, 15, 60],
      clickHoldSeconds: 5,
      callRecheckSeconds: 10,
      settleSeconds: 65,
      logLevel: 'info',
    })
  })

  test('all faults are told at once, each with what to do', () => {
    const faults = faultsOf({
      DATA_DIR: dataDir,
      NODE_ENV: 'production',
      PUBLIC_URL: 'http://stagecue.example',
      PORT: 'many',
      METRICS_TOKEN: 'short',
      WORKER: 'false',
      B24_OAUTH_SERVERS: 'http://oauth.example',
      LATE_BINDING_SECONDS: '3;15',
      DATABASE_URL: 'mysql://db',
      LOG_LEVEL: 'loud',
      LINK_KEY: 'abc',
    })
    for (const name of [
      'B24_CLIENT_ID',
      'B24_CLIENT_SECRET',
      'PUBLIC_URL',
      'PORT',
      'METRICS_TOKEN',
      'B24_OAUTH_SERVERS',
      'LATE_BINDING_SECONDS',
      'DATABASE_URL',
      'LOG_LEVEL',
      'LINK_KEY',
      'ENCRYPTION_KEYS',
    ]) {
      expect(faults.filter((fault) => fault.startsWith(`${name} `)).length, name).toBeGreaterThan(0)
    }
    expect(faults.find((fault) => fault.startsWith('ENCRYPTION_KEYS'))).toContain('randomBytes(32)')
    expect(faults.find((fault) => fault.startsWith('PUBLIC_URL'))).toContain('B24_ALLOW_HTTP=true')
  })

  test('PUBLIC_URL is an origin: no path, no query, no user', () => {
    for (const PUBLIC_URL of [
      'https://a.example/app',
      'https://a.example/?x',
      'https://u:p@a.example',
      'a.example',
      'ftp://a',
    ]) {
      expect(faultsOf({ ...valid, PUBLIC_URL }), PUBLIC_URL).toHaveLength(1)
    }
    expect(loadConfig({ ...valid, PUBLIC_URL: 'https://A.example/' }).publicUrl).toBe('https://a.example')
  })

  test('http is allowed only when the operator says so', () => {
    const PUBLIC_URL = 'http://127.0.0.1:3000'
    expect(faultsOf({ ...valid, PUBLIC_URL })).toHaveLength(1)
    expect(loadConfig({ ...valid, PUBLIC_URL, B24_ALLOW_HTTP: 'true' }).publicUrl).toBe(PUBLIC_URL)
  })

  test('a process without worker needs PostgreSQL', () => {
    expect(faultsOf({ ...valid, WORKER: 'false' })).toEqual([expect.stringContaining('DATABASE_URL')])
    expect(faultsOf({ ...valid, WORKER: 'false', DATABASE_URL: 'postgres://db/stagecue' })).toEqual([])
  })

  test('whom to tell of a weakness is an address that can be followed', () => {
    for (const SECURITY_CONTACT of [
      'security@stagecue.example',
      'http://stagecue.example',
      'mailto:nobody',
      'mailto:a@b\nx',
    ]) {
      expect(faultsOf({ ...valid, SECURITY_CONTACT }), SECURITY_CONTACT).toHaveLength(1)
    }
    const SECURITY_CONTACT = 'https://stagecue.example/security'
    expect(loadConfig({ ...valid, SECURITY_CONTACT }).securityContact).toBe(SECURITY_CONTACT)
  })

  test.each(['DOCS_URL', 'SUPPORT_URL', 'PRIVACY_URL'])('what the status page leads to can be followed: %s', (name) => {
    for (const address of ['stagecue.example', 'http://stagecue.example', 'javascript:alert(1)', 'data:text/html,x']) {
      expect(faultsOf({ ...valid, [name]: address }), address).toEqual([expect.stringContaining(name)])
    }
    expect(faultsOf({ ...valid, [name]: 'https://stagecue.example/x' })).toEqual([])
    expect(faultsOf({ ...valid, [name]: 'mailto:help@stagecue.example' })).toEqual([])
  })

  test('empty variables count as left out', () => {
    expect(loadConfig({ ...valid, PORT: '', METRICS_TOKEN: ' ' })).toMatchObject({ port: 3000, metricsToken: null })
  })

  test('tracked links are at PUBLIC_URL, or at a host of their own', () => {
    expect(loadConfig(valid).publicLinkUrl).toBe('https://stagecue.example')
    expect(loadConfig({ ...valid, PUBLIC_LINK_URL: 'https://Go.example/' }).publicLinkUrl).toBe('https://go.example')
    for (const PUBLIC_LINK_URL of [
      'https://stagecue.example',
      'https://stagecue.example:8443',
      'https://go.example/l',
    ]) {
      const faults = faultsOf({ ...valid, PUBLIC_LINK_URL })
      expect(faults, PUBLIC_LINK_URL).toEqual([expect.stringMatching(/^PUBLIC_LINK_URL must/)])
    }
    expect(faultsOf({ ...valid, PUBLIC_LINK_URL: 'http://go.example' })).toEqual([
      expect.stringContaining('PUBLIC_LINK_URL must begin with https://'),
    ])
  })
})

describe('secrets', () => {
  test('are made once outside production and only their owner can read them', () => {
    const first = loadConfig(valid)
    const second = loadConfig(valid)
    expect(second.encryptionKeys).toEqual(first.encryptionKeys)
    expect(second.linkKeys).toEqual(first.linkKeys)
    for (const name of ['encryption-keys', 'link-key']) {
      expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600)
    }
  })

  test('are the same for all that start at once', async () => {
    const folders = Array.from({ length: 30 }, (_, index) => join(dataDir, String(index)))
    const workerData = { folders, count: 3, arrived: new Int32Array(new SharedArrayBuffer(4)) }
    const threads = Array.from(
      { length: 3 },
      () => new Worker(new URL('secrets-worker.ts', import.meta.url), { workerData }),
    )
    const [first, ...others] = await Promise.all(threads.map(async (thread) => (await once(thread, 'message'))[0]))
    expect(first).toHaveLength(30)
    for (const other of others) expect(other).toEqual(first)
  })

  test('must be given in production', () => {
    const faults = faultsOf({ ...valid, NODE_ENV: 'production' })
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['ENCRYPTION_KEYS', 'LINK_KEYS'])
    const env = { ...valid, NODE_ENV: 'production', ENCRYPTION_KEYS: `b:${key},a:${key}`, LINK_KEY: key }
    expect(loadConfig(env).encryptionKeys.map(({ id }) => id)).toEqual(['b', 'a'])
  })

  test('of links are newest first, and LINK_KEY is the oldest', () => {
    const other = Buffer.alloc(32, 9).toString('base64')
    const signing = (env: Environment) => loadConfig({ ...valid, ...env }).linkKeys.map((one) => one.signing[0])
    expect(signing({ LINK_KEY: key })).toEqual([7])
    expect(signing({ LINK_KEYS: `b:${other},a:${key}` })).toEqual([9, 7])
    expect(signing({ LINK_KEYS: `b:${other}`, LINK_KEY: key })).toEqual([9, 7])
    const production = { ...valid, NODE_ENV: 'production', ENCRYPTION_KEYS: `k1:${key}` }
    expect(faultsOf({ ...production, LINK_KEYS: `b:${other}` })).toEqual([])
  })

  test('that are no keys are refused without showing them', () => {
    for (const ENCRYPTION_KEYS of ['secret', `a:${key},a:${key}`, 'a:c2hvcnQ=', `a b:${key}`]) {
      const faults = faultsOf({ ...valid, ENCRYPTION_KEYS })
      expect(faults, ENCRYPTION_KEYS).toHaveLength(1)
      expect(faults[0]).not.toContain(key)
      expect(faultsOf({ ...valid, LINK_KEYS: ENCRYPTION_KEYS }), ENCRYPTION_KEYS).toHaveLength(1)
    }
  })

  test('a folder that cannot be written is a fault with advice', () => {
    const file = join(dataDir, 'file')
    writeFileSync(file, '')
    expect(faultsOf({ ...valid, DATA_DIR: file })).toEqual([expect.stringMatching(/^DATA_DIR .*writable/)])
  })
})

test('.env in the working folder is read; what is already set wins', () => {
  writeFileSync(join(dataDir, '.env'), 'STAGECUE_TEST_A=file\nSTAGECUE_TEST_B=file\n')
  process.env.STAGECUE_TEST_B = 'set'
  try {
    expect(readEnvironment(dataDir)).toMatchObject({ STAGECUE_TEST_A: 'file', STAGECUE_TEST_B: 'set' })
  } finally {
    delete process.env.STAGECUE_TEST_A
    delete process.env.STAGECUE_TEST_B
  }
})

test('.env.example names every variable that is read, with its default', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
  const source = readFileSync(new URL('../../lib/config.ts', import.meta.url), 'utf8')
  const read = [...source.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map((match) => match[1])
  const named = [...example.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1])
  expect(new Set(named)).toEqual(new Set([...read, 'ENCRYPTION_KEYS', 'LINK_KEY', 'LINK_KEYS']))
})
