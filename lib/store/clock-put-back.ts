import type { Db } from './database.ts'
import { partsOf } from './parts-of.ts'

/** Clocks of several machines differ by less, milliseconds. */
const SKEW_MS = 60_000

/** A statement takes a limited number of values. */
const AT_ONCE = 500

/**
 * The clock that this was written by has been put back since: what it planned would be due only when that time comes again, and what it noted as
 * the beginning of a trigger would keep it silent until then. Waits begin anew, beginnings are now, and accesses rest no longer. What is told by is that
 * a time lies ahead that nobody can have seen, so it may be done at any time, and by several processes. Returns how many pieces of work had been planned so.
 */
export async function correctFutureTimes(db: Db, now: Date): Promise<number> {
  const at = now.toISOString()
  const later = new Date(now.getTime() + SKEW_MS).toISOString()
  const planned = await db
    .selectFrom('work')
    .select(['id', 'portal', 'due_at', 'updated_at'])
    .where('state', '=', 'due')
    .where('updated_at', '>', later)
    .execute()
  for (const [portal, rows] of Map.groupBy(planned, (row) => row.portal)) {
    for (const [wait, some] of Map.groupBy(rows, waitOf)) {
      for (const part of partsOf(some, AT_ONCE)) {
        const ids = part.map(({ id }) => id)
        await planAnew(db, portal, ids, { now, dueAt: new Date(now.getTime() + wait) })
      }
    }
  }
  await db.updateTable('trigger').set({ ready_at: at }).where('ready_at', '>', later).execute()
  await db.updateTable('portal').set({ installed_at: at }).where('installed_at', '>', later).execute()
  await db.updateTable('access').set({ refused_until: null }).where('refused_until', '>', later).execute()
  await db.updateTable('access').set({ used_at: at }).where('used_at', '>', later).execute()
  return planned.length
}

/** For how long it was to wait when it was put off, milliseconds. */
function waitOf({ due_at, updated_at }: { due_at: string; updated_at: string }): number {
  return Math.max(0, Date.parse(due_at) - Date.parse(updated_at))
}

/** The work is due then, and was heard of now at the latest. */
async function planAnew(
  db: Db,
  portal: string,
  ids: readonly number[],
  { now, dueAt }: { now: Date; dueAt: Date },
): Promise<void> {
  const at = now.toISOString()
  await db
    .updateTable('work')
    .set((eb) => ({
      due_at: dueAt.toISOString(),
      updated_at: at,
      created_at: eb.case().when('created_at', '>', at).then(at).else(eb.ref('created_at')).end(),
    }))
    .where('portal', '=', portal)
    .where('id', 'in', ids)
    .execute()
}
