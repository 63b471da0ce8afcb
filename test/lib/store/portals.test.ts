import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JobType } from '../../../lib/domain/job-types.ts'
import { defaultSettings } from '../../../lib/domain/portal.ts'
import { addAudit, listAudit } from '../../../lib/store/audit.ts'
import { erasePortal, markUninstalled, tablesOfPortal } from '../../../lib/store/erasure.ts'
import { countJobs, listDeadLetters } from '../../../lib/store/job-queries.ts'
import { completeJobsOfPortal, deadLetter, enqueue, requeueDeadLetter } from '../../../lib/store/jobs.ts'
import {
  findPortal,
  storeApplicationToken,
  storeInstallation,
  storePortal,
  storeScope,
  storeSettings,
  type VerifiedPortal,
} from '../../../lib/store/portals.ts'
import { addProvisionalPortal, dropProvisionalPortal } from '../../../lib/store/provisional-portals.ts'
import { forgetOrphans } from '../../../lib/store/retention.ts'
import { recordSeenPair } from '../../../lib/store/seen-refresh-tokens.ts'
import { engines, type TestDatabase } from './test-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 7, 1, 12, 0, second))
const proven: VerifiedPortal = {
  memberId: 'p1',
  domain: 'acme.example',
  endpoint: 'https://acme.example/rest/',
  oauthServer: 'https://oauth.example',
  appCode: 'stagecue.app',
  lang: 'de',
  scope: ['crm', 'telephony'],
}

describe.each(Object.entries(engines))('portals in %s', (_, open) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  beforeEach(async () => {
    for (const table of [...tablesOfPortal, 'portal'] as const) await database.db.deleteFrom(table).execute()
  })
  afterAll(() => database.close())

  it('are known once proven, and installed when an installation is ready', async () => {
    const { db } = database
    await storePortal(db, proven, at(1))
    expect(await findPortal(db, 'p1')).toMatchObject({ ...proven, status: 'known', settings: defaultSettings })
    await storeInstallation(db, 'p1', { steps: [{ id: 'verify' }], ready: false, installerId: 1 }, at(2))
    expect(await findPortal(db, 'p1')).toMatchObject({ status: 'known', installerId: null, installedAt: null })
    await storeInstallation(db, 'p1', { steps: [], ready: true, installerId: 1 }, at(3))
    await storeInstallation(db, 'p1', { steps: [], ready: true, installerId: 7 }, at(4))
    expect(await findPortal(db, 'p1')).toMatchObject({
      status: 'installed',
      installerId: 7,
      installedAt: at(3).toISOString(),
    })
  })

  it('keep settings, triggers and installation when they are proven again at a new address', async () => {
    const { db } = database
    await storePortal(db, proven, at(1))
    await storeSettings(db, 'p1', { ...defaultSettings, paused: true }, at(2))
    await storeInstallation(db, 'p1', { steps: [], ready: true, installerId: 1 }, at(2))
    await storePortal(db, { ...proven, domain: 'new.example', lang: 'ru' }, at(3))
    expect(await findPortal(db, 'p1')).toMatchObject({
      domain: 'new.example',
      lang: 'de',
      status: 'installed',
      settings: { paused: true },
    })
  })

  it('lose token, installer and access when the app is uninstalled, and are known when it comes back', async () => {
    const { db } = database
    await storePortal(db, proven, at(1))
    await storeApplicationToken(db, 'p1', 'token', at(1))
    await storeInstallation(db, 'p1', { steps: [], ready: true, installerId: 1 }, at(2))
    await markUninstalled(db, 'p1', at(3))
    expect(await findPortal(db, 'p1')).toMatchObject({
      status: 'uninstalled',
      applicationToken: null,
      installerId: null,
    })
    await storePortal(db, proven, at(4))
    expect(await findPortal(db, 'p1')).toMatchObject({ status: 'known' })
    await storeInstallation(db, 'p1', { steps: [], ready: true, installerId: 1 }, at(5))
    expect((await findPortal(db, 'p1'))?.installedAt).toBe(at(5).toISOString())
  })

  it('that are not proven leave nothing, proven ones stay', async () => {
    const { db } = database
    await addProvisionalPortal(db, 'p2', at(1))
    await addProvisionalPortal(db, 'p2', at(2))
    await storePortal(db, proven, at(1))
    for (const portal of ['p1', 'p2']) {
      await enqueue(db, [{ portal, type: 'app-installed', dedupKey: 's', dueAt: at(1) }], at(1))
    }
    await addProvisionalPortal(db, 'p1', at(2))
    expect((await findPortal(db, 'p1'))?.domain).toBe('acme.example')
    expect(await findPortal(db, 'p2')).toMatchObject({ status: 'uninstalled', applicationToken: null })
    for (const id of ['p1', 'p2']) await dropProvisionalPortal(db, id)
    expect(await findPortal(db, 'p2')).toBeNull()
    expect(await findPortal(db, 'p1')).not.toBeNull()
    expect((await db.selectFrom('work').select('portal').execute()).map(({ portal }) => portal)).toEqual(['p1'])
  })

  it('that are gone leave no rows that were written meanwhile, and others keep theirs', async () => {
    const { db } = database
    await storePortal(db, proven, at(1))
    for (const portal of ['a', 'p1', 'z']) {
      await enqueue(db, [{ portal, type: 'notice', dedupKey: 's', dueAt: at(1) }], at(1))
      await addAudit(db, portal, { userId: 1, action: 'a', detail: {} }, at(1))
    }
    await forgetOrphans(db)
    for (const table of ['work', 'audit'] as const) {
      expect((await db.selectFrom(table).select('portal').execute()).map(({ portal }) => portal)).toEqual(['p1'])
    }
  })

  it('that were unproven take the proof, language included', async () => {
    const { db } = database
    await addProvisionalPortal(db, 'p1', at(1))
    await storePortal(db, proven, at(2))
    expect(await findPortal(db, 'p1')).toMatchObject({ ...proven, status: 'known' })
  })

  it('are erased with every row of theirs and none of others', async () => {
    const { db } = database
    const rows = await tableNames(database)
    // A tombstone is what stays, and that links are stopped.
    const keyed = rows.filter(
      (name) => !['portal', 'tombstone', 'stopped_link'].includes(name) && !name.startsWith('kysely'),
    )
    expect([...tablesOfPortal].toSorted()).toEqual(keyed.toSorted())
    for (const memberId of ['p1', 'p2']) {
      await storePortal(db, { ...proven, memberId }, at(1))
      await addAudit(db, memberId, { userId: 1, action: 'a', detail: {} }, at(1))
      await enqueue(db, [{ portal: memberId, type: 'notice', dedupKey: 's', dueAt: at(1) }], at(1))
      await recordSeenPair(db, memberId, 1, 'refresh', at(1))
    }
    await erasePortal(db, 'p1')
    for (const table of tablesOfPortal) {
      expect(await db.selectFrom(table).select('portal').where('portal', '=', 'p1').execute(), table).toEqual([])
    }
    expect(await findPortal(db, 'p1')).toBeNull()
    expect(await listAudit(db, 'p2', undefined, 10)).toHaveLength(1)
    expect(await countJobs(db)).toEqual([{ kind: 'notice', state: 'due', count: 1, since: at(1).toISOString() }])
  })

  it('have the scopes that they grant at present', async () => {
    await storePortal(database.db, proven, at(1))
    await storeScope(database.db, 'p1', ['crm', 'placement'], at(2))
    expect((await findPortal(database.db, 'p1'))?.scope).toEqual(['crm', 'placement'])
  })

  it('remember when a pair was first shown, by a fingerprint', async () => {
    const { db } = database
    expect(await recordSeenPair(db, 'p1', 1, 'first', at(1))).toEqual(at(1))
    expect(await recordSeenPair(db, 'p1', 1, 'second', at(2))).toEqual(at(2))
    expect(await recordSeenPair(db, 'p1', 1, 'first', at(9))).toEqual(at(1))
    expect(await recordSeenPair(db, 'p1', 2, 'first', at(9))).toEqual(at(9))
    const stored = await db.selectFrom('cursor').selectAll().execute()
    expect(JSON.stringify(stored)).not.toMatch(/first|second/)
  })

  it('list their audit newest first, page by page', async () => {
    const { db } = database
    for (const n of [1, 2, 3]) await addAudit(db, 'p1', { userId: n, action: `a${n}`, detail: { n } }, at(n))
    await addAudit(db, 'p2', { userId: 1, action: 'other', detail: {} }, at(4))
    const first = await listAudit(db, 'p1', undefined, 2)
    expect(first.map(({ action }) => action)).toEqual(['a3', 'a2'])
    expect((await listAudit(db, 'p1', first[1]?.id, 2)).map(({ action }) => action)).toEqual(['a1'])
  })

  it('have parked work that is retried by hand, unless the same is due', async () => {
    const { db } = database
    const add = (type: JobType) => enqueue(db, [{ portal: 'p1', type, dedupKey: 's', dueAt: at(1) }], at(1))
    const parked = async () => (await listDeadLetters(db, 'p1', undefined, 10)).map(({ id }) => id)
    await add('look')
    await deadLetter(db, await db.selectFrom('work').select(['id', 'portal']).execute(), 'odd', at(2))
    const [id = 0] = await parked()
    expect(await requeueDeadLetter(db, 'p2', id, at(3))).toBe('none')
    await add('look')
    expect(await requeueDeadLetter(db, 'p1', id, at(3))).toBe('same-due')
    await completeJobsOfPortal(db, 'p1', id, 'gone', at(3))
    expect(await requeueDeadLetter(db, 'p1', id, at(4))).toBe('due')
    expect(await requeueDeadLetter(db, 'p1', id, at(4))).toBe('none')
    expect(await parked()).toEqual([])
  })
})

async function tableNames({ db }: TestDatabase): Promise<string[]> {
  return (await db.introspection.getTables()).map(({ name }) => name)
}
