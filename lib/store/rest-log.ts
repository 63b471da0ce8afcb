import type { Selectable } from 'kysely'
import { someIds } from './acting-users.ts'
import { compiledOnce } from './compiled-once.ts'
import type { Db } from './database.ts'
import type { Schema } from './schema.ts'

/** One REST request as the log keeps it for three days: no bodies, no tokens (`platform.md` 1.7). */
export type RestRequest = Readonly<{
  portal: string
  at: Date
  userId: number | null
  /** Method names, with an id where one is asked for; shortened. */
  methods: string
  /** HTTP status; 0 when no answer came. */
  status: number
  error: string | null
  ms: number
}>

/** Requests of a portal that was erased meanwhile are not kept; those of a person whose access is gone are nobody's. */
export async function logRest(db: Db, given: readonly RestRequest[]): Promise<void> {
  if (given.length === 0) return
  const known = await findKnownUsers(db, given)
  const rows = given.flatMap(({ portal, at, userId, methods, status, error, ms }) => {
    const users = known.get(portal)
    const user_id = userId !== null && users?.has(userId) ? userId : null
    return users ? [{ portal, at: at.toISOString(), user_id, methods, status, error, ms }] : []
  })
  if (rows.length > 0) await insert(db, { rows })
}

const insert = compiledOnce((db, { rows }: { rows: readonly Omit<Selectable<Schema['rest_log']>, 'id'>[] }) =>
  db.insertInto('rest_log').values(rows),
)

/** Of the portals that are known: of which of these people an access is kept. */
async function findKnownUsers(db: Db, requests: readonly RestRequest[]): Promise<Map<string, Set<number | null>>> {
  const portals = [...new Set(requests.map(({ portal }) => portal))]
  const users = someIds([...new Set(requests.flatMap(({ userId }) => userId ?? []))])
  const { rows } = await knownUsers(db, { portals, users })
  const known = new Map<string, Set<number | null>>()
  for (const { member_id, user_id } of rows) known.set(member_id, (known.get(member_id) ?? new Set()).add(user_id))
  return known
}

const knownUsers = compiledOnce((db, { portals, users }: { portals: readonly string[]; users: readonly number[] }) =>
  db
    .selectFrom('portal')
    .leftJoin('access', (join) =>
      join.onRef('access.portal', '=', 'portal.member_id').on('access.user_id', 'in', users),
    )
    .select(['portal.member_id', 'access.user_id'])
    .where('portal.member_id', 'in', portals),
)

/** Rows of one statement. */
const AT_ONCE = 1000

/** Takes ids out of what was asked, named as the log names them: `31`, or `2:31` where the type is known. One that was cut off at the end goes too. */
export async function eraseFromRestLog(tx: Db, portal: string, ids: ReadonlySet<string>): Promise<void> {
  for (let last = 0; ; ) {
    const ofPortal = tx.selectFrom('rest_log').select(['id', 'methods']).where('portal', '=', portal)
    const rows = await ofPortal.where('id', '>', last).orderBy('id').limit(AT_ONCE).execute()
    for (const { id, methods } of rows) {
      const without = withoutIds(methods, ids)
      if (without === methods) continue
      const row = tx.updateTable('rest_log').set({ methods: without }).where('portal', '=', portal)
      await row.where('id', '=', id).execute()
    }
    const end = rows.at(-1)
    if (end === undefined || rows.length < AT_ONCE) return
    last = end.id
  }
}

function withoutIds(methods: string, ids: ReadonlySet<string>): string {
  return methods.replaceAll(/ (\d[\d:]*)(…?)/g, (part, id: string, cut: string) => (ids.has(id) || cut ? cut : part))
}
