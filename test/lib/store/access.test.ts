import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings } from '../../../lib/domain/portal.ts'
import {
  deleteAccess,
  findAccess,
  forgetLapsedAccess,
  listAccess,
  markAccessDead,
  openTokens,
  storeAccess,
  storeRefreshed,
  storeRole,
  type TokenPair,
  touchAccess,
} from '../../../lib/store/access.ts'
import { findServiceUser, listActors } from '../../../lib/store/acting-users.ts'
import { enqueue } from '../../../lib/store/jobs.ts'
import { holdRefresh, releaseAllRefreshes, releaseRefresh } from '../../../lib/store/refresh-locks.ts'
import { createSealer } from '../../../lib/store/sealing.ts'
import { engines, type TestDatabase } from './test-database.ts'

const sealer = createSealer([{ id: 'k1', key: randomBytes(32) }])
const sam = { portal: 'p1', userId: 15, name: 'Sam Seller', admin: false }
const at = (second: number) => new Date(Date.UTC(2026, 7, 1, 12, 0, second))
const pair = (second: number, refreshToken: string | null = `refresh ${second}`): TokenPair => ({
  accessToken: `access ${second}`,
  refreshToken,
  expiresAt: at(second + 3600),
  issuedAt: at(second),
})

describe.each(Object.entries(engines))('access in %s', (_, open) => {
  let database: TestDatabase
  const tokens = async () => {
    const access = await findAccess(database.db, sam.portal, sam.userId)
    return access?.live ? openTokens(sealer, access).accessToken : null
  }
  const store = (given: TokenPair, owner = sam) => storeAccess(database.db, sealer, owner, given, at(0))

  beforeAll(async () => {
    database = await open()
  })
  beforeEach(async () => {
    await database.db.deleteFrom('access').execute()
    await database.db.deleteFrom('portal').execute()
    await database.db.deleteFrom('work').execute()
  })
  afterAll(() => database.close())

  it('is stored sealed', async () => {
    expect(await store(pair(1))).toBe(true)
    const row = await database.db.selectFrom('access').selectAll().executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toContain('access 1')
    expect(openTokens(sealer, (await findAccess(database.db, 'p1', 15)) ?? expect.fail())).toEqual(pair(1))
  })

  it('gives way to a newer pair, never to an older one', async () => {
    await store(pair(5))
    expect(await store(pair(4), { ...sam, name: 'Samuel' })).toBe(false)
    expect(await tokens()).toBe('access 5')
    expect((await findAccess(database.db, 'p1', 15))?.name).toBe('Samuel')
    expect(await store(pair(6))).toBe(true)
    expect(await tokens()).toBe('access 6')
  })

  it('that can be renewed does not give way to one that cannot', async () => {
    await store(pair(1))
    expect(await store(pair(2, null))).toBe(false)
    expect(await tokens()).toBe('access 1')
    await markAccessDead(database.db, 'p1', 15, at(1))
    expect(await store(pair(2, null))).toBe(true)
    expect(await store(pair(3, null))).toBe(true)
    expect(await tokens()).toBe('access 3')
  })

  it('that can be renewed takes the place of one that cannot, however old it is', async () => {
    await store(pair(5, null))
    expect(await store(pair(4, null))).toBe(false)
    expect(await store(pair(1))).toBe(true)
    expect(await tokens()).toBe('access 1')
  })

  it('that was given for an hour is forgotten after it', async () => {
    await store(pair(1, null))
    await store(pair(1), { ...sam, userId: 16 })
    await forgetLapsedAccess(database.db, 'p1', at(3600))
    expect(await tokens()).toBe('access 1')
    await forgetLapsedAccess(database.db, 'p1', at(3601))
    expect(await findAccess(database.db, 'p1', 15)).toBeNull()
    expect(await findAccess(database.db, 'p1', 16)).not.toBeNull()
  })

  it('that is dead loses its tokens, and lives again by a newer pair only', async () => {
    await store(pair(5))
    expect(await markAccessDead(database.db, 'p1', 15, at(5))).toBe(true)
    expect(await findAccess(database.db, 'p1', 15)).toMatchObject({
      live: false,
      sealed: { accessToken: '', refreshToken: null },
    })
    expect(await store(pair(5))).toBe(false)
    expect(await store(pair(6))).toBe(true)
    expect(await tokens()).toBe('access 6')
  })

  it('is not marked dead for a pair that is no longer there', async () => {
    await store(pair(1))
    await store(pair(2))
    expect(await markAccessDead(database.db, 'p1', 15, at(1))).toBe(false)
    expect(await tokens()).toBe('access 2')
  })

  it('is refreshed by one at a time; a holder that died loses the right', async () => {
    await store(pair(1))
    const hold = (now: number) => holdRefresh(database.db, 'p1', 15, at(1), at(now + 15), at(now))
    const all = await Promise.all(Array.from({ length: 20 }, () => hold(10)))
    expect(all.filter(Boolean)).toHaveLength(1)
    expect(await hold(24)).toBe(false)
    expect(await hold(25)).toBe(true)
    await releaseRefresh(database.db, 'p1', 15, at(40))
    expect(await hold(26)).toBe(true)
    await releaseAllRefreshes(database.db)
    expect(await hold(27)).toBe(true)
  })

  it('takes a refreshed pair only in the place of the one it came from', async () => {
    await store(pair(1))
    expect(await storeRefreshed(database.db, sealer, sam, pair(1), pair(2))).toBe(true)
    expect(await storeRefreshed(database.db, sealer, sam, pair(1), pair(3))).toBe(false)
    expect(await tokens()).toBe('access 2')
  })

  it('is listed and withdrawn', async () => {
    await store(pair(1))
    await store(pair(1), { ...sam, userId: 7, name: 'Dora Deputy', admin: true })
    await store(pair(1), { ...sam, portal: 'p2' })
    expect((await listAccess(database.db, 'p1')).map(({ userId, admin }) => [userId, admin])).toEqual([
      [7, true],
      [15, false],
    ])
    expect(await deleteAccess(database.db, 'p1', 15)).toBe(true)
    expect(await deleteAccess(database.db, 'p1', 15)).toBe(false)
    expect(await findAccess(database.db, 'p1', 15)).toBeNull()
    expect(await findAccess(database.db, 'p2', 15)).not.toBeNull()
  })

  it('for reading is the installer, else the administrator whose access was used last', async () => {
    await database.db.insertInto('portal').values(portalRow('p1', 1)).execute()
    for (const userId of [1, 7, 8]) await store(pair(1), { ...sam, userId, admin: true })
    await store(pair(1))
    await touchAccess(database.db, 'p1', 7, at(2))
    await touchAccess(database.db, 'p1', 15, at(3))
    expect(await findServiceUser(database.db, 'p1')).toBe(1)
    await markAccessDead(database.db, 'p1', 1, at(1))
    expect(await findServiceUser(database.db, 'p1')).toBe(7)
    await touchAccess(database.db, 'p1', 8, at(4))
    expect(await findServiceUser(database.db, 'p1')).toBe(8)
    for (const userId of [7, 8]) await markAccessDead(database.db, 'p1', userId, at(1))
    expect(await findServiceUser(database.db, 'p1')).toBeNull()
  })

  it('for reading is an administrator before an installer who is none any more, and never a delegated one', async () => {
    await database.db.insertInto('portal').values(portalRow('p1', 1)).execute()
    await store(pair(1), { ...sam, userId: 1, admin: false })
    await store(pair(1, null), { ...sam, userId: 7, admin: true })
    expect(await findServiceUser(database.db, 'p1')).toBe(1)
    await store(pair(1), { ...sam, userId: 8, admin: true })
    expect(await findServiceUser(database.db, 'p1')).toBe(8)
    await storeRole(database.db, 'p1', { userId: 1, name: 'Ada Admin', admin: true })
    expect(await findServiceUser(database.db, 'p1')).toBe(1)
  })

  it('lets act who is live; where the portal may be asked, who was not asked lately', async () => {
    await database.db.insertInto('portal').values(portalRow('p1', 1)).execute()
    await store(pair(1), { ...sam, userId: 1, admin: true })
    await store(pair(1, null), { ...sam, userId: 16 })
    await store(pair(1), { ...sam, userId: 17 })
    const actors = async (delegate: boolean, second: number) => {
      const portal = { memberId: 'p1', settings: { ...defaultSettings, delegate } }
      const { live, ...others } = await listActors(database.db, portal, [16, 18], at(second))
      return { live: new Set(live.keys()), ...others }
    }
    expect(await actors(false, 5)).toEqual({ live: new Set([1, 16]), fallbackUser: 1 })
    // A delegated access with less than a minute left is not begun with.
    expect(await actors(true, 3550)).toEqual({
      live: new Set([1]),
      fallbackUser: 1,
      delegation: { askedLately: new Set() },
    })
    await enqueue(database.db, [{ portal: 'p1', type: 'delegate', dedupKey: '15', dueAt: at(0) }], at(0))
    expect((await actors(true, 5)).delegation?.askedLately).toEqual(new Set())
    await database.db
      .updateTable('work')
      .set({ state: 'done', updated_at: at(10).toISOString() })
      .execute()
    expect((await actors(true, 600)).delegation?.askedLately).toEqual(new Set([15]))
    expect((await actors(true, 611)).delegation?.askedLately).toEqual(new Set())
  })
})

function portalRow(memberId: string, installerId: number) {
  return {
    member_id: memberId,
    domain: 'acme.example',
    endpoint: 'https://acme.example/rest/',
    oauth_server: 'https://oauth.example',
    status: 'installed' as const,
    lang: 'en',
    scope: 'crm',
    installer_id: installerId,
    settings: '{}',
    install_steps: '[]',
    lease_number: 0,
    created_at: at(0).toISOString(),
    updated_at: at(0).toISOString(),
  }
}
