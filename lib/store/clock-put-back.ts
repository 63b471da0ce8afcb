import { type Db, transact } from './database.ts'
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
export function takeBackFuture(db: Db, now: Date): Promise<number> {
  const at = now.toISOString()
  const later = new Date(now.getTime() + SKEW_MS).toISOString()
  return transact(db, async (tx) => {
    const planned = await tx
      .selectFrom('work')
      .select(['id', 'portal', 'due_at', 'updated_at'])
      .where('state', '=', 'due')
      .where('updated_at', '>', later)
      .execute()
    const byWait = Map.groupBy(planned, (row) => Math.max(0, Date.parse(row.due_at) - Date.parse(row.updated_at)))
    for (const [wait, rows] of byWait) {
      const dueAt = new Date(now.getTime() + wait).toISOString()
      for (const [portal, some] of Map.groupBy(rows, (row) => row.portal)) {
        for (const part of partsOf(some, AT_ONCE)) {
          await tx
            .updateTable('work')
            .set((eb) => ({
              due_at: dueAt,
              updated_at: at,
              created_at: eb.case().when('created_at', '>', at).then(at).else(eb.ref('created_at')).end(),
            }))
            .where('portal', '=', portal)
            .where(
              'id',
              'in',
              part.map(({ id }) => id),
            )
            .execute()
        }
      }
    }
    await tx.updateTable('trigger').set({ ready_at: at }).where('ready_at', '>', later).execute()
    await tx.updateTable('portal').set({ installed_at: at }).where('installed_at', '>', later).execute()
    await tx.updateTable('access').set({ refused_until: null }).where('refused_until', '>', later).execute()
    await tx.updateTable('access').set({ used_at: at }).where('used_at', '>', later).execute()
    return planned.length
  })
}
