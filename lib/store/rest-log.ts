import type { Db } from './database.ts'
import { findKnownPortals } from './portals.ts'

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

/** Requests of a portal that was erased meanwhile are not kept. */
export async function logRest(db: Db, given: readonly RestRequest[]): Promise<void> {
  const known = await findKnownPortals(
    db,
    given.map(({ portal }) => portal),
  )
  const requests = given.filter(({ portal }) => known.has(portal))
  if (requests.length === 0) return
  const rows = requests.map(({ portal, at, userId, methods, status, error, ms }) => ({
    portal,
    at: at.toISOString(),
    user_id: userId,
    methods,
    status,
    error,
    ms,
  }))
  await db.insertInto('rest_log').values(rows).execute()
}

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
