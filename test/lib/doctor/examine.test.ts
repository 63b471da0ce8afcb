import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createSocketServer, type Server as SocketServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Environment } from '../../../lib/config.ts'
import { examine, type Patient } from '../../../lib/doctor/examine.ts'
import { diskFinding } from '../../../lib/doctor/files.ts'
import { serverFaults } from '../../../lib/doctor/postgres.ts'
import { type Rig, startRig } from '../../rig.ts'
import { engines, type TestDatabase } from '../store/test-database.ts'

/**
 * A healthy installation, a running one that has served, and one fault at a time planted into it. `npm run doctor` must name that
 * fault, say what to do, and leave everything as it was.
 */
let rig: Rig
let healthy: Patient
let folder: string
const servers: (Server | SocketServer)[] = []

beforeAll(async () => {
  rig = await startRig()
  await rig.settled()
  const env = {
    PUBLIC_URL: rig.url,
    B24_CLIENT_ID: rig.emulator.clientId,
    B24_CLIENT_SECRET: rig.emulator.clientSecret,
    B24_OAUTH_SERVERS: rig.emulator.oauthUrls.join(),
    B24_ALLOW_HTTP: 'true',
    B24_ALLOW_PRIVATE: 'true',
    DATA_DIR: rig.dataDir,
  }
  folder = mkdtempSync(join(tmpdir(), 'stagecue-doctor-'))
  const pagesManifest = join(folder, 'manifest.json')
  writeFileSync(pagesManifest, '{}')
  healthy = { env, folder, pagesManifest, clock: () => new Date() }
  setDefaultCACertificates([...getCACertificates('default'), certificate('authority')])
})
afterEach(async () => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})
afterAll(async () => {
  setDefaultCACertificates(getCACertificates('bundled'))
  await rig.stop()
  rmSync(folder, { recursive: true, force: true })
})

const certificates = fileURLToPath(new URL('certificates', import.meta.url))
const certificate = (name: string) => readFileSync(join(certificates, `${name}.pem`), 'utf8')
const ok: RequestListener = (_request, response) => void response.end('{"status":"ok"}')

async function listen(server: Server | SocketServer, scheme: string): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return `${scheme}://localhost:${(server.address() as AddressInfo).port}`
}
const serving = (answer: RequestListener) => listen(createServer(answer), 'http')
const secured = (name: string) =>
  listen(createTlsServer({ cert: certificate(name), key: certificate(name) }, ok), 'https')

/** A PostgreSQL that refuses everybody with this code. */
function refusing(code: string): Promise<string> {
  const fields = Buffer.from(`SFATAL\0C${code}\0Mrefused\0\0`)
  const message = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), fields])
  message.writeInt32BE(fields.length + 4, 1)
  const server = createSocketServer(
    (socket) => void socket.on('error', () => {}).once('data', () => socket.end(message)),
  )
  return listen(server, 'postgres')
}

/** What is wrong and what to do, a line for each fault. */
async function told(patient: Patient): Promise<string[]> {
  const findings = await examine(patient)
  return findings.flatMap((finding) => (finding.ok ? [] : [`${finding.about}: ${finding.what} ${finding.advice}`]))
}

const withEnv = (env: Environment): Patient => ({ ...healthy, env: { ...healthy.env, ...env } })
const key = (byte: number) => Buffer.alloc(32, byte).toString('base64')

/** A copy of the data in a folder of its own, whose database `change` changes. */
function copied(change: (file: string) => void): Patient {
  const dataDir = mkdtempSync(join(folder, 'data-'))
  const file = join(dataDir, 'stagecue.db')
  onDatabase(join(rig.dataDir, 'stagecue.db'), `vacuum into '${file}'`)
  for (const name of ['encryption-keys', 'link-key']) cpSync(join(rig.dataDir, name), join(dataDir, name))
  chmodSync(file, 0o600)
  change(file)
  return withEnv({ DATA_DIR: dataDir })
}

function onDatabase(file: string, statement: string): void {
  const database = new Sqlite(file)
  database.exec(statement)
  database.close()
}

/** Overwrites the middle of the file, past its head. */
function damage(file: string): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(40_000, 7), 0, 40_000, 8192)
  closeSync(handle)
}

function notWellKept(): Patient {
  writeFileSync(join(folder, '.env'), '', { mode: 0o644 })
  chmodSync(join(folder, '.env'), 0o644)
  return healthy
}

/** What an OAuth server answers to a refresh token that it takes. */
const anAccess = JSON.stringify({ access_token: 'a', refresh_token: 'r', member_id: 'm', expires_in: 3600 })

const production = { NODE_ENV: 'production', ENCRYPTION_KEYS: `k1:${key(1)}`, LINK_KEYS: `k1:${key(2)}` }
const fresh = () => ({ DATA_DIR: join(folder, 'not-there') })

type Planted = [what: string, plant: () => Patient | Promise<Patient>, told: RegExp]

const planted: Planted[] = [
  ['no address', () => withEnv({ PUBLIC_URL: '' }), /^environment: PUBLIC_URL is missing\. Set it to/],
  [
    'an address with a path',
    () => withEnv({ PUBLIC_URL: 'https://a.example/app' }),
    /^environment: PUBLIC_URL must be .*https:\/\/stagecue\.example/,
  ],
  [
    'no TLS',
    () => withEnv({ B24_ALLOW_HTTP: 'false' }),
    /^environment: PUBLIC_URL must begin with https:\/\/\. For trials/,
  ],
  [
    'no application keys',
    () => withEnv({ B24_CLIENT_SECRET: ' ' }),
    /^environment: B24_CLIENT_SECRET is missing\. Copy/,
  ],
  [
    'production without keys',
    () => withEnv({ NODE_ENV: 'production' }),
    /^environment: ENCRYPTION_KEYS is missing\. .*randomBytes/,
  ],
  [
    'a key that is too short',
    () => withEnv({ ENCRYPTION_KEYS: 'k1:c2hvcnQ=' }),
    /^environment: ENCRYPTION_KEYS must be id:key pairs/,
  ],
  ['no worker on SQLite', () => withEnv({ WORKER: 'false' }), /^environment: WORKER can be false only with PostgreSQL/],
  ['a number that is none', () => withEnv({ PORT: '3000x' }), /^environment: PORT must be a whole number/],
  [
    'a password with signs that part addresses',
    () => withEnv({ DATABASE_URL: 'postgres://stagecue:p#ss/w@db:x/stagecue' }),
    /^environment: DATABASE_URL is no address\. Signs such as @/,
  ],
  [
    'a folder in place of the database',
    () =>
      copied((file) => {
        rmSync(file)
        mkdirSync(file)
      }),
    /^database: The file of the database cannot be opened\. Give it/,
  ],
  [
    'a misspelt variable',
    () => withEnv({ B24_CLIENT_SECERT: 'x' }),
    /^environment: B24_CLIENT_SECERT is no variable of Stagecue\. Correct/,
  ],
  [
    'one key for two uses',
    () => withEnv({ ...fresh(), ENCRYPTION_KEYS: `k1:${key(1)}`, LINK_KEYS: `k1:${key(1)}` }),
    /^environment: ENCRYPTION_KEYS and LINK_KEYS share a key\. Put/,
  ],
  [
    'one key under two names',
    () => withEnv({ ...fresh(), ENCRYPTION_KEYS: `k1:${key(1)},k2:${key(1)}`, LINK_KEYS: `k1:${key(2)}` }),
    /^environment: ENCRYPTION_KEYS has the same key twice\. Make/,
  ],
  [
    'HTTP in production',
    () => withEnv({ ...fresh(), ...production }),
    /^environment: B24_ALLOW_HTTP is on in production\. Take/,
  ],
  [
    'the id in place of the secret',
    () => withEnv({ B24_CLIENT_SECRET: rig.emulator.clientId }),
    /^environment: B24_CLIENT_ID and B24_CLIENT_SECRET are the same\. Copy/,
  ],
  [
    'quotes that were copied',
    () => withEnv({ B24_CLIENT_SECRET: `'${rig.emulator.clientSecret}'` }),
    /^environment: B24_CLIENT_SECRET has signs/,
  ],
  [
    'a secret that is not ours',
    () => withEnv({ B24_CLIENT_SECRET: 'somebody-elses' }),
    /^application keys: The keys are not known to .* and .*\. Copy/,
  ],
  [
    'an OAuth server out of reach',
    () => withEnv({ B24_OAUTH_SERVERS: 'http://127.0.0.1:9' }),
    /^application keys: .*127\.0\.0\.1:9 gives no answer .*Let this machine reach it/,
  ],
  [
    'an OAuth server that gives everybody an access',
    async () => withEnv({ B24_OAUTH_SERVERS: await serving((_request, response) => void response.end(anAccess)) }),
    /^application keys: .* gives an access for a token that nobody has\. Let B24_OAUTH_SERVERS/,
  ],
  [
    'a name without an address',
    () => withEnv({ PUBLIC_URL: 'https://stagecue.invalid' }),
    /^PUBLIC_URL: The name stagecue\.invalid leads to no address\. Enter it in DNS/,
  ],
  [
    'an address that nobody can reach',
    () => withEnv({ B24_ALLOW_PRIVATE: 'false' }),
    /^PUBLIC_URL: 127\.0\.0\.1 is in a private network.*Give it a public address/,
  ],
  [
    'nobody who listens',
    () => withEnv({ PUBLIC_URL: 'http://127.0.0.1:9' }),
    /^PUBLIC_URL: Nobody answers .*Start Stagecue/,
  ],
  [
    'another server at the address',
    async () =>
      withEnv({
        PUBLIC_URL: await serving((_request, response) => void response.writeHead(404).end('<h1>nginx</h1>')),
      }),
    /^PUBLIC_URL: Another server answers .*\(404\)\. Lead/,
  ],
  [
    'a proxy with nothing behind it',
    async () => withEnv({ PUBLIC_URL: await serving((_request, response) => void response.writeHead(502).end()) }),
    /^PUBLIC_URL: The proxy finds no Stagecue behind it \(502\)\. Start/,
  ],
  [
    'a redirect',
    async () =>
      withEnv({
        PUBLIC_URL: await serving((_request, response) => void response.writeHead(301, { location: '/x' }).end()),
      }),
    /^PUBLIC_URL: .* sends callers elsewhere\. Set/,
  ],
  [
    'a database that does not answer',
    async () =>
      withEnv({
        PUBLIC_URL: await serving((_request, response) => void response.writeHead(503).end('{"status":"store-down"}')),
      }),
    /^PUBLIC_URL: Stagecue answers, and its database does not\. Start/,
  ],
  [
    'links that lead nowhere',
    () => withEnv({ PUBLIC_LINK_URL: 'http://go.invalid' }),
    /^PUBLIC_LINK_URL: The name go\.invalid leads to no address/,
  ],
  [
    'a certificate that has expired',
    async () => withEnv({ PUBLIC_URL: await secured('expired') }),
    /^PUBLIC_URL: Its certificate has expired\. Renew/,
  ],
  [
    'a certificate of another host',
    async () => withEnv({ PUBLIC_URL: await secured('other-host') }),
    /^PUBLIC_URL: Its certificate is for another host\. Get/,
  ],
  [
    'a certificate that nobody signed',
    async () => withEnv({ PUBLIC_URL: await secured('self-signed') }),
    /^PUBLIC_URL: Its certificate was signed by nobody else\. Get/,
  ],
  [
    'a certificate that ends soon',
    async () => ({ ...withEnv({ PUBLIC_URL: await secured('good') }), clock: () => new Date('2118-12-25') }),
    /^PUBLIC_URL: Its certificate expires in 7 days\. Renew/,
  ],
  [
    'a clock that is fast',
    () => ({ ...healthy, clock: () => new Date(Date.now() + 3_600_000) }),
    /^clock: This machine's clock is 3\d{3} seconds ahead of Bitrix24's\. Switch NTP on/,
  ],
  [
    'a clock that is slow',
    () => ({ ...healthy, clock: () => new Date(Date.now() - 60_000) }),
    /^clock: .* is \d+ seconds behind Bitrix24's\. Switch NTP on/,
  ],
  [
    'a file in place of the folder',
    () =>
      withEnv({
        ENCRYPTION_KEYS: `k1:${key(1)}`,
        LINK_KEYS: `k1:${key(2)}`,
        DATA_DIR: join(healthy.pagesManifest, 'data'),
      }),
    /^database: DATA_DIR leads through .*manifest\.json, which is no folder\. Set/,
  ],
  [
    'a damaged database',
    () => copied(damage),
    /^database: The file of the database is damaged \(.+\)\. Restore the last backup/,
  ],
  [
    'a file that is no database',
    () => copied((file) => writeFileSync(file, 'not a database at all')),
    /^database: The file of the database is damaged/,
  ],
  [
    'tables of a newer version',
    () => copied((file) => onDatabase(file, "insert into kysely_migration values ('998-later', '2030-01-01')")),
    /^database: A newer version has changed the tables \(998-later\)\. Start the newer version/,
  ],
  [
    'a key that was taken away',
    () => withEnv({ ENCRYPTION_KEYS: `k2:${key(2)}` }),
    /^keys: ENCRYPTION_KEYS lacks keys .*k1 \(\d+ rows?\)\. Put them back/,
  ],
  [
    'another secret under the same name',
    () => withEnv({ ENCRYPTION_KEYS: `k1:${key(3)}` }),
    /^keys: ENCRYPTION_KEYS has another secret for k1 .*Give k1 the secret that it had/,
  ],
  [
    'the file of the keys lost',
    () => copied((file) => rmSync(join(file, '../encryption-keys'))),
    /^keys: ENCRYPTION_KEYS has another secret for k1/,
  ],
  [
    'a database that others may read',
    () => copied((file) => chmodSync(file, 0o644)),
    /^files: Others on this machine may read .*stagecue\.db\. Run: chmod 600/,
  ],
  ['secrets that others may read', notWellKept, /^files: Others on this machine may read .*\.env\. Run: chmod 600/],
  [
    'pages that are not built',
    () => ({ ...healthy, pagesManifest: join(folder, 'nothing.json') }),
    /^pages: The pages are not built\. Run: npm run setup/,
  ],
]

/** Names and contents of all files; what SQLite keeps beside a database to share it between processes is no change. */
function picture(dir: string): string {
  const hash = createHash('sha256')
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !/-(wal|shm)$/.test(entry.name))
  for (const file of files.map(({ parentPath, name }) => join(parentPath, name)).sort())
    hash.update(file).update(readFileSync(file))
  return hash.digest('hex')
}

describe('on SQLite', () => {
  test('a healthy installation has no fault, and each part is told of', async () => {
    const findings = await examine(healthy)
    expect(findings.filter(({ ok }) => !ok)).toEqual([])
    expect(new Set(findings.map(({ about }) => about))).toEqual(
      new Set(['environment', 'files', 'pages', 'application keys', 'clock', 'database', 'keys', 'disk', 'PUBLIC_URL']),
    )
  })

  test('a folder that is not there yet is no fault, and is not made', async () => {
    const dataDir = join(folder, 'first-start')
    expect(await told(withEnv({ DATA_DIR: dataDir }))).toEqual([])
    expect(readdirSync(folder)).not.toContain('first-start')
  })

  test.each(planted)('%s is named', async (_, plant, expected) => {
    const patient = await plant()
    const before = [picture(folder), picture(rig.dataDir)]
    const lines = await told(patient)
    expect(
      lines.filter((line) => expected.test(line)),
      lines.join('\n'),
    ).toHaveLength(1)
    for (const line of lines) expect(line).toMatch(/^[\w ]+: .+\. [A-Z].+/)
    expect(lines.join()).not.toContain(rig.emulator.clientSecret)
    expect([picture(folder), picture(rig.dataDir)]).toEqual(before)
    rmSync(join(folder, '.env'), { force: true })
  })

  test('one OAuth server that does not know the application is no fault while the other one does', async () => {
    const stranger = await serving(
      (_request, response) => void response.writeHead(401).end('{"error":"invalid_client"}'),
    )
    expect(await told(withEnv({ B24_OAUTH_SERVERS: `${stranger},${rig.emulator.oauthUrls.join()}` }))).toEqual([])
    expect(await told(withEnv({ B24_OAUTH_SERVERS: stranger }))).toHaveLength(1)
  })
})

describe('on PostgreSQL', () => {
  let database: TestDatabase
  let databaseUrl: string
  beforeAll(async () => {
    database = await engines.postgres()
    databaseUrl = 'databaseUrl' in database.location ? database.location.databaseUrl : ''
  })
  afterAll(() => database.close())

  const changed = (change: (url: URL) => void) => {
    const url = new URL(databaseUrl)
    change(url)
    return withEnv({ DATABASE_URL: url.href })
  }
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  const role = `doctor_${process.pid}`
  const asRole = () => changed((url) => Object.assign(url, { username: role, password: 'secret' }))

  test('a healthy installation has no fault, an empty database neither', async () => {
    expect(await told(changed(() => {}))).toEqual([])
    await run('create database doctor_empty')
    const findings = await examine(changed((url) => Object.assign(url, { pathname: '/doctor_empty' })))
    expect(findings.filter(({ ok }) => !ok)).toEqual([])
    expect(findings).toContainEqual(
      expect.objectContaining({ about: 'database', what: expect.stringContaining('empty') }),
    )
    await run('drop database doctor_empty')
  })

  test.each<[string, (url: URL) => void, RegExp]>([
    [
      'a server that is down',
      (url) => Object.assign(url, { port: '9' }),
      /^database: Nobody listens .*Start PostgreSQL/,
    ],
    [
      'an unknown host',
      (url) => Object.assign(url, { hostname: 'db.invalid', search: '?sslmode=require' }),
      /^database: The host of DATABASE_URL is not known|^database: PostgreSQL cannot be used \(EAI_AGAIN\)/,
    ],
    [
      'a wrong password',
      (url) => Object.assign(url, { password: 'wrong' }),
      /^database: PostgreSQL refuses the password\. Correct it/,
    ],
    [
      'a database that is not there',
      (url) => Object.assign(url, { pathname: '/nothing' }),
      /^database: There is no database of this name\. Run: createdb/,
    ],
    [
      'a way over the network without TLS',
      (url) => Object.assign(url, { hostname: 'db.invalid' }),
      /^database: What goes to db\.invalid is not encrypted\. Add \?sslmode/,
    ],
  ])('%s is named', async (_, change, expected) => {
    const lines = await told(changed(change))
    expect(
      lines.filter((line) => expected.test(line)),
      lines.join('\n'),
    ).toHaveLength(1)
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['a role that may not log in', { login: 'nologin' }, /^database: PostgreSQL does not let this role in/],
    [
      'a role without a connection left',
      { login: 'login connection limit 0' },
      /^database: PostgreSQL has no connection/,
    ],
    [
      'a database that is closed to the role',
      { login: 'login', before: 'revoke connect on database', after: 'grant connect on database' },
      /^database: The role may not look into the database\. Make/,
    ],
  ])('%s is named', async (_, { login, before, after }, expected) => {
    const { pathname } = new URL(databaseUrl)
    await run(`create role ${role} ${login} password 'secret'`)
    if (before) await run(`${before} ${pathname.slice(1)} from public`)
    try {
      expect(await told(asRole())).toEqual([expect.stringMatching(expected)])
    } finally {
      if (after) await run(`${after} ${pathname.slice(1)} to public`)
      await run(`drop role ${role}`)
    }
  })

  test('a server that is still starting, and one that says nothing known, are named', async () => {
    for (const [code, expected] of [
      ['57P03', /^database: PostgreSQL is starting or stopping\. Wait/],
      ['58030', /^database: PostgreSQL cannot be used \(58030\)\. See/],
    ] as const) {
      const { host } = new URL(await refusing(code))
      expect(await told(changed((url) => Object.assign(url, { host })))).toEqual([expect.stringMatching(expected)])
    }
  })

  test('a clock that is not that of PostgreSQL is named', async () => {
    const lines = await told({ ...changed(() => {}), clock: () => new Date(Date.now() + 60_000) })
    expect(lines).toContainEqual(
      expect.stringMatching(/^clock: This machine's clock is \d\d seconds ahead of PostgreSQL's\. Switch NTP on/),
    )
  })

  test('inside a network of containers nothing has to be encrypted', async () => {
    const lines = await told(changed((url) => Object.assign(url, { hostname: 'database' })))
    expect(lines.filter((line) => line.includes('encrypted'))).toEqual([])
  })

  test('a role that may not make tables, and does not own them, is named; so is one that may only read', async () => {
    await run(`create role ${role} login password 'secret'`)
    try {
      const lines = await told(asRole())
      expect(lines).toContainEqual(expect.stringMatching(/^database: The role may not make tables\. Run: grant create/))
      expect(lines).toContainEqual(
        expect.stringMatching(/^database: \d+ tables belong to another role\. Run: reassign owned/),
      )
      await run(`alter role ${role} superuser`)
      await run(`alter role ${role} set default_transaction_read_only = on`)
      expect(await told(asRole())).toEqual([
        expect.stringMatching(/^database: The role may only read\. Run: alter role/),
      ])
    } finally {
      await run(`drop role ${role}`)
    }
  })

  test('tables of a newer version are named', async () => {
    await sql`insert into kysely_migration values ('998-later', '2030-01-01')`.execute(database.db)
    expect(await told(changed(() => {}))).toEqual([
      expect.stringMatching(/^database: A newer version .*\(998-later\)\. Start/),
    ])
    await sql`delete from kysely_migration where name = '998-later'`.execute(database.db)
  })

  test('an old server, a standby and one without connections are named', () => {
    const good = {
      version: 180_000,
      recovering: false,
      readOnly: false,
      mayCreate: true,
      closed: 0,
      freeConnections: 90,
      now: '',
    }
    expect(serverFaults(good)).toEqual([])
    expect(serverFaults({ ...good, version: 130_012 })).toMatchObject([{ what: 'PostgreSQL 13 is too old.' }])
    expect(serverFaults({ ...good, recovering: true, readOnly: true })).toMatchObject([
      { what: expect.stringContaining('standby') },
    ])
    expect(serverFaults({ ...good, freeConnections: 3 })).toMatchObject([{ what: 'Only 3 connections are free.' }])
  })
})

test('a disk that is nearly full, or has no inode left, is named', () => {
  const room = { freeBytes: 2 ** 40, freeFiles: 9, files: 10 }
  expect(diskFinding('/data', room).ok).toBe(true)
  expect(diskFinding('/data', { ...room, files: 0, freeFiles: 0 }).ok).toBe(true)
  expect(diskFinding('/data', { ...room, freeBytes: 2 ** 28 })).toMatchObject({
    ok: false,
    what: 'Only 256 MB are free for /data.',
  })
  expect(diskFinding('/data', { ...room, freeFiles: 0 })).toMatchObject({
    ok: false,
    advice: expect.stringContaining('inode'),
  })
})
