import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildServer } from '../build-app.ts'
import { freePort } from '../free-port.ts'
import { send } from './send.ts'

let program: string
let folder: string
let processes: ChildProcess[] = []

beforeAll(async () => {
  program = await buildServer()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagecue-main-'))
})
afterEach(() => {
  for (const child of processes) child.kill('SIGKILL')
  processes = []
  rmSync(folder, { recursive: true, force: true })
})

/** Starts the program in an empty folder, with nothing of our own environment; `before`: what the shell does first. */
function start(env: Record<string, string>, before = '', file = program) {
  const command = `${before} exec "${process.execPath}" "${file}"`
  const child = spawn('sh', ['-c', command], { cwd: folder, env: { PATH: process.env.PATH ?? '', ...env } })
  processes.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  return { child, ended, output: () => output }
}

const env = async () => ({
  PUBLIC_URL: 'https://stagecue.example',
  B24_CLIENT_ID: 'app.demo',
  B24_CLIENT_SECRET: 'canary-secret',
  PORT: String(await freePort()),
})

describe('the program', () => {
  it('says all that is wrong with its environment, and ends', async () => {
    const { ended, output } = start({ PORT: 'x', WORKER: 'false' })
    expect(await ended).toBe(1)
    for (const name of ['PUBLIC_URL', 'B24_CLIENT_ID', 'B24_CLIENT_SECRET', 'PORT', 'WORKER']) {
      expect(output()).toContain(`- ${name} `)
    }
    expect(output()).not.toContain('    at ')
  })

  /** It serves, and says so; `stop` tells it to stop and expects that it ends cleanly. */
  async function serving(file?: string) {
    const given = await env()
    const { child, ended, output } = start(given, '', file)
    await expect.poll(output).toContain('Stagecue is ready')
    expect((await send(`http://127.0.0.1:${given.PORT}/health`)).body).toEqual({ status: 'ok' })
    const stop = async () => {
      child.kill('SIGTERM')
      expect(await ended).toBe(0)
      expect(output()).toContain('Stopped')
      expect(output()).not.toContain('canary-secret')
    }
    return { given, stop }
  }

  it('from its sources serves until it is told to stop, and ends cleanly', async () => {
    await (await serving(join(import.meta.dirname, '../../handlers/main.ts'))).stop()
  })

  it('ends cleanly when it is told to stop as soon as it says that it is ready', async () => {
    const { child, ended, output } = start(await env())
    let isTold = false
    child.stdout.on('data', () => {
      if (isTold || !output().includes('Stagecue is ready')) return
      isTold = true
      child.kill('SIGTERM')
    })
    expect(await ended).toBe(0)
    expect(output()).toContain('Stopped')
  })

  it('as it is built serves until it is told to stop; another one starts neither on its folder nor on its port', async () => {
    const { given, stop } = await serving()
    const second = start({ ...given, PORT: String(await freePort()) })
    expect(await second.ended).toBe(1)
    expect(second.output()).toMatch(/in use by another Stagecue process/)
    const third = start({ ...given, DATA_DIR: join(folder, 'other') })
    expect(await third.ended).toBe(1)
    expect(third.output()).toMatch(/cannot start: .*EADDRINUSE/)
    await stop()
  })
})

describe('what keeps it from starting is told in one sentence, with what to do, and nothing is changed:', () => {
  const earlier = new URL('../lib/store/fixtures/version-of-2026-11-29.sql', import.meta.url)
  const file = () => join(folder, 'data/stagecue.db')
  /** A database as an earlier version left it, sealed with k1 of sevens. */
  const makeDatabase = (...statements: string[]) => {
    mkdirSync(join(folder, 'data'))
    const database = new Sqlite(file())
    for (const statement of [readFileSync(earlier, 'utf8'), ...statements]) database.exec(statement)
    database.close()
  }
  const sealedWith = (id: string, byte: number) => ({
    ENCRYPTION_KEYS: `${id}:${Buffer.alloc(32, byte).toString('base64')}`,
  })
  /** Everything that is in the tables. */
  const content = () => {
    const database = new Sqlite(file(), { readonly: true })
    const tables = database
      .prepare("select name, sql from sqlite_master where name not like 'sqlite_%'")
      .all() as Named[]
    const rows = tables
      .filter(({ sql }) => sql?.startsWith('CREATE TABLE'))
      .map(({ name }) => database.prepare(`select * from "${name}"`).all())
    database.close()
    return [tables, rows]
  }
  type Named = { name: string; sql: string | null }
  const later = "insert into kysely_migration values ('998-later', '2030-01-01')"
  const fewBlocks = 'ulimit -f 2;'

  it.each<[string, () => void, Record<string, string>, string, RegExp]>([
    [
      'a newer version’s database',
      () => makeDatabase(later),
      sealedWith('k1', 7),
      '',
      /: The database is not one that this version knows .*998-later.*Start the newer version/,
    ],
    [
      'a disk without room for new tables',
      () => makeDatabase(),
      sealedWith('k1', 7),
      fewBlocks,
      /: disk I\/O error\. "npm run doctor" looks for the cause, and says what to do\./,
    ],
    [
      'a key that is missing',
      () => makeDatabase(),
      sealedWith('k2', 7),
      '',
      /: ENCRYPTION_KEYS lacks keys .*k1 .*Put them back/,
    ],
    [
      'another secret under the same name',
      () => makeDatabase(),
      sealedWith('k1', 8),
      '',
      /: ENCRYPTION_KEYS has another secret for k1 .*Give k1 the secret that it had/,
    ],
  ])('%s', async (_, prepare, given, first, told) => {
    prepare()
    const before = content()
    const { ended, output } = start({ ...(await env()), ...given }, first)
    expect(await ended).toBe(1)
    expect(output()).toMatch(/^Stagecue cannot start: [^\n]+\n$/)
    expect(output()).toMatch(told)
    expect(content()).toEqual(before)
  })

  it('a file that is no database, and a disk without room for the first one', async () => {
    const full = start(await env(), fewBlocks)
    expect(await full.ended).toBe(1)
    expect(full.output()).toMatch(/^Stagecue cannot start: [^\n]*(full|I\/O error)[^\n]*\n$/)
    writeFileSync(file(), 'no database at all')
    const { ended, output } = start(await env())
    expect(await ended).toBe(1)
    expect(output()).toMatch(
      /^Stagecue cannot start: file is not a database\. "npm run doctor" looks for the cause, and says what to do\.\n$/,
    )
    expect(readFileSync(file(), 'utf8')).toBe('no database at all')
  })
})
