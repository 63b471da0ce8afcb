import type { Db } from './database.ts'

/** Access that was given for an hour which is over cannot be renewed: its rows go, as nobody has to give it again. */
export async function forgetLapsedAccess(db: Db, portal: string, now: Date): Promise<void> {
  await db
    .deleteFrom('access')
    .where('portal', '=', portal)
    .where('state', '=', 'live')
    .where('refresh_token', 'is', null)
    .where('expires_at', '<=', now.toISOString())
    .execute()
}
