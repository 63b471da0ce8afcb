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
