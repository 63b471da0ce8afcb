import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../../lib/config.ts'
import { createServices } from '../../../lib/container.ts'
import { openPayload, sealPayload } from '../../../lib/jobs/lifecycle/lifecycle-event.ts'
import { rotateKeys } from '../../../lib/jobs/rotate-keys.ts'
import { createLog } from '../../../lib/log.ts'
import { findAccess, markAccessDead, openTokens, storeAccess } from '../../../lib/store/access.ts'
import { openDatabase } from '../../../lib/store/database.ts'
import { enqueue } from '../../../lib/store/jobs.ts'
import { requireKeys } from '../../../lib/store/key-rotation.ts'
import { addProvisionalPortal } from '../../../lib/store/provisional-portals.ts'
import { createSealer, type SealKey } from '../../../lib/store/sealing.ts'
import { runCommand, runCommandHere } from '../../handlers/command.ts'
import { engines, type TestDatabase } from '../store/test-database.ts'

const key = (id: string): SealKey => ({ id, key: randomBytes(32) })
const [old, newest] = [key('k1'), key('k2')]
const now = new Date('2026-08-01T12:00:00.000Z')

/** Tokens as `old` has sealed them: of so many users, and of an event that waits. */
async function fill({ db }: Pick<TestDatabase, 'db'>, users: number): Promise<void> {
  const sealer = createSealer([old])
  await addProvisionalPortal(db, 'p1', now)
  for (let userId = 1; userId <= users; userId++) {
    const pair = { accessToken: `access ${userId}`, refreshToken: `refresh ${userId}`, expiresAt: now, issuedAt: now }
    await storeAccess(db, sealer, { portal: 'p1', userId, name: '', admin: false }, pair, now)
  }
  const body = sealPayload(sealer, 'p1', notice)
  await enqueue(db, [{ portal: 'p1', type: 'app-installed', dedupKey: 'ONAPPINSTALL:1', body, dueAt: now }], now)
}

const notice = {
  accessToken: 'of an event',
  applicationToken: 'app',
  expiresIn: 3600,
  lang: 'en',
  clean: false,
  heardAt: now.toISOString(),
}

describe.each(Object.entries(engines))('a new encryption key in %s', (_, open) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
  })
  afterEach(() => database.close())

  it('seals everything anew, with progress; after that the older one can go', async () => {
    const { db } = database
    await fill(database, 230)
    await markAccessDead(db, 'p1', 7, now)
    const seen: string[] = []
    const left = await rotateKeys(db, [newest, old], (done, all) => seen.push(`${done}/${all}`))
    expect(left.size).toBe(0)
    expect(seen[0]).toBe('0/230')
    expect(seen.at(-1)).toBe('230/230')
    expect(seen.length).toBeGreaterThan(3)

    const sealer = createSealer([newest])
    await requireKeys(db, [newest])
    for (const userId of [1, 115, 230]) {
      const access = (await findAccess(db, 'p1', userId)) ?? expect.fail()
      expect(openTokens(sealer, access)).toMatchObject({
        accessToken: `access ${userId}`,
        refreshToken: `refresh ${userId}`,
      })
    }
    const row = await db.selectFrom('work').select('body').executeTakeFirstOrThrow()
    expect(openPayload(sealer, 'p1', row.body, new Date())).toEqual(notice)
    const keys = await db.selectFrom('access').select('key_id').distinct().execute()
    expect(keys).toEqual([{ key_id: 'k2' }])
  })

  it('run again changes nothing', async () => {
    await fill(database, 3)
    await rotateKeys(database.db, [newest, old], () => {})
    const rows = () => database.db.selectFrom('access').selectAll().orderBy('user_id').execute()
    const before = await rows()
    await rotateKeys(database.db, [newest, old], () => {})
    expect(await rows()).toEqual(before)
  })

  it('leaves no token in work that is done', async () => {
    await fill(database, 1)
    await database.db.updateTable('work').set({ state: 'done' }).execute()
    await rotateKeys(database.db, [newest, old], () => {})
    expect(await database.db.selectFrom('work').select('body').execute()).toEqual([{ body: '{}' }])
  })

  it('taken away too early is said, with what to do, and nothing is changed', async () => {
    await fill(database, 2)
    const told = /lacks keys .*: k1 \(3 rows\)\. Put them back, last in the list/
    await expect(requireKeys(database.db, [newest])).rejects.toThrow(told)
    await expect(rotateKeys(database.db, [newest], () => {})).rejects.toThrow(told)
    const access = (await findAccess(database.db, 'p1', 1)) ?? expect.fail()
    expect(openTokens(createSealer([old]), access).accessToken).toBe('access 1')
  })

  it('whose secret is another one under the same name is told of; one damaged row says nothing of the key', async () => {
    await fill(database, 3)
    const told = /has another secret for k1 .*Give k1 the secret that it had/
    await expect(requireKeys(database.db, [{ ...newest, id: 'k1' }])).rejects.toThrow(told)
    await expect(rotateKeys(database.db, [newest, { ...newest, id: 'k1' }], () => {})).rejects.toThrow(told)
    await database.db.updateTable('access').set({ access_token: 'damaged' }).where('user_id', '=', 1).execute()
    await requireKeys(database.db, [old])
  })
})

describe('the program', () => {
  let dataDir: string
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'stagecue-keys-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  const encoded = (...keys: SealKey[]) =>
    keys.map(({ id, key: bytes }) => `${id}:${bytes.toString('base64')}`).join(',')
  const env = (keys: string) => ({
    PUBLIC_URL: 'https://stagecue.example',
    B24_CLIENT_ID: 'app.demo',
    B24_CLIENT_SECRET: 'secret',
    DATA_DIR: dataDir,
    ENCRYPTION_KEYS: keys,
  })
  const filled = async () => {
    const db = await openDatabase({ dataDir })
    await fill({ db }, 2)
    await db.destroy()
  }
  it('does not start serving while a key is missing', async () => {
    await filled()
    const config = loadConfig(env(encoded(newest)))
    await expect(createServices(config, createLog({ logLevel: 'silent' }))).rejects.toThrow('k1 (3 rows)')
    // And the folder is free again.
    await (await openDatabase({ dataDir })).destroy()
  })

  it('`npm run rotate-keys` says how far it is and that it is through', async () => {
    await filled()
    const { stdout } = await runCommand('rotate-keys', [], env(encoded(newest, old)))
    expect(stdout).toContain('3 of 3 rows')
    expect(stdout).toContain('Everything is sealed with k2. Older keys can be taken away.')
    const db = await openDatabase({ dataDir })
    await requireKeys(db, [newest])
    await db.destroy()
  })

  it('ends with an error and what to do when a key is missing', async () => {
    await filled()
    expect(await runCommandHere('rotate-keys', [], env(encoded(newest)))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Put them back'),
    })
  })
})
