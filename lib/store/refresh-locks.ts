import type { Db } from './database.ts'

/** Clocks of several processes differ by less, milliseconds. */
const SKEW_MS = 60_000

/**
 * Takes the right to refresh the pair issued at that moment, until then. One holder over all processes and both engines; a holder
 * that died loses it when the time is over, and so does one whose time is longer than it is given: the clock was put back since.
 */
export async function holdRefresh(
  db: Db,
  portal: string,
  userId: number,
  issuedAt: Date,
  until: Date,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('access')
    .set({ refreshing_until: until.toISOString() })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .where('issued_at', '=', issuedAt.toISOString())
    .where('state', '=', 'live')
    .where((eb) =>
      eb.or([
        eb('refreshing_until', 'is', null),
        eb('refreshing_until', '<=', now.toISOString()),
        eb('refreshing_until', '>', new Date(until.getTime() + SKEW_MS).toISOString()),
      ]),
    )
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Gives the right to refresh back after a failure, so that the next caller need not wait for its end. */
export async function releaseRefresh(db: Db, portal: string, userId: number, until: Date): Promise<void> {
  await db
    .updateTable('access')
    .set({ refreshing_until: null })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .where('refreshing_until', '=', until.toISOString())
    .execute()
}

/** Gives every right to refresh back. Only for who knows that no other process is alive: the one process of a folder, at its start. */
export async function releaseAllRefreshes(db: Db): Promise<void> {
  await db.updateTable('access').set({ refreshing_until: null }).where('refreshing_until', 'is not', null).execute()
}
