import { sql } from 'kysely'
import type { Services } from '../lib/services.ts'
import { engineOf } from '../lib/store/engine.ts'
import type { AccessTable } from '../lib/store/schema.ts'
import type { Memory, Portal } from './portal/index.ts'

type SealedRow = Pick<AccessTable, 'portal' | 'user_id' | 'key_id' | 'access_token' | 'refresh_token'>
type Rows = Record<string, unknown>[]
type Parts = Pick<Services, 'db' | 'sealer'>

/** Where a rig listens: Stagecue, the OAuth servers and the portal, as `127.0.0.1:PORT`. */
type Hosts = readonly string[]

/** An installed app as it lies in its database, with its tokens in the clear, and in the portal. */
export type InstalledCopy = Readonly<{
  hosts: Hosts
  at: number
  memory: Memory
  tables: Readonly<Record<string, Rows>>
}>

/** Copies an installed app of which nothing is on its way. */
export async function copyInstalled({ db, sealer }: Parts, portal: Portal, hosts: Hosts): Promise<InstalledCopy> {
  const tables: Record<string, Rows> = {}
  for (const { name } of await db.introspection.getTables()) {
    const rows = await db
      .selectFrom(name as 'portal')
      .selectAll()
      .execute()
    if (rows.length > 0) tables[name] = rows
  }
  const open = (row: SealedRow, use: 'access' | 'refresh') =>
    sealer.open({ portal: row.portal, userId: row.user_id, use }, row.key_id, row[`${use}_token`] ?? '')
  tables.access = (await db.selectFrom('access').selectAll().execute()).map((row) => ({
    ...row,
    access_token: open(row, 'access'),
    refresh_token: open(row, 'refresh'),
  }))
  return { hosts, at: Date.now(), memory: portal.remember(), tables }
}

/**
 * Makes a database without rows and a portal without items those of an app that was installed a moment ago: addresses and ids are
 * their own, and all times are as long ago as they were when the copy was made. The tokens stay: the database knows them by fingerprints, too.
 */
export async function placeInstalled(
  copy: InstalledCopy,
  { db, sealer }: Parts,
  portal: Portal,
  hosts: Hosts,
): Promise<void> {
  const { memory, tables } = structuredClone({ memory: copy.memory, tables: copy.tables })
  const own = new Map(copy.hosts.map((host, index) => [host, hosts[index] ?? host]))
  own.set(memory.memberId, portal.memberId).set(memory.world.app.applicationToken, portal.applicationToken)
  const foreign = new RegExp([...own.keys()].join('|').replaceAll('.', '\\.'), 'g')
  const byMs = Date.now() - copy.at
  const text = (given: string) =>
    given
      .replace(foreign, (name) => own.get(name) ?? name)
      .replace(MOMENT, (moment) => new Date(Date.parse(moment) + byMs).toISOString())
  const adapt = adapter(text, byMs)
  portal.recall(adapt(memory))
  adapt(tables)
  const seal = (row: SealedRow, use: 'access' | 'refresh') =>
    sealer.seal({ portal: row.portal, userId: row.user_id, use }, row[`${use}_token`] ?? '')
  for (const row of (tables.access ?? []) as unknown as SealedRow[]) {
    const [{ keyId, box }, refresh] = [seal(row, 'access'), seal(row, 'refresh')]
    Object.assign(row, { access_token: box, refresh_token: refresh.box, key_id: keyId })
  }
  await db.transaction().execute(async (tx) => {
    for (const [name, rows] of Object.entries(tables)) {
      await tx
        .insertInto(name as 'portal')
        .values(rows as never)
        .execute()
      // PostgreSQL counts ids by itself, and knows nothing of those that came with a row.
      if (engineOf(db) === 'postgres' && rows.some(({ id }) => typeof id === 'number'))
        await sql`SELECT setval(pg_get_serial_sequence(${name}, 'id'), (SELECT max(id) FROM ${sql.table(name)}))`.execute(
          tx,
        )
    }
  })
}

const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g

/** Numbers from here on are moments, milliseconds since 1970. */
const FIRST_MOMENT = Date.parse('2020-01-01T00:00:00Z')

/** Changes all texts and moments in a value, in place; what stands there twice stays one. */
function adapter(text: (given: string) => string, byMs: number): <T>(value: T) => T {
  const seen = new WeakSet<object>()
  const inside = (value: object) => {
    if (seen.has(value)) return
    seen.add(value)
    if (value instanceof Date) value.setTime(value.getTime() + byMs)
    else if (value instanceof Map) for (const [key, one] of value) value.set(key, adapt(one))
    else if (!(value instanceof Set))
      for (const [key, one] of Object.entries(value)) Object.assign(value, { [key]: adapt(one) })
  }
  const adapt = <T>(value: T): T => {
    if (typeof value === 'string') return text(value) as T
    if (typeof value === 'number') return (value >= FIRST_MOMENT ? value + byMs : value) as T
    if (typeof value === 'object' && value !== null) inside(value)
    return value
  }
  return adapt
}
