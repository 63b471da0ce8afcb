import type { Db } from './database.ts'

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

export async function logRest(db: Db, requests: readonly RestRequest[]): Promise<void> {
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
