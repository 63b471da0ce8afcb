import type { Db } from './database.ts'

/** How often what is claimed is looked into: so many times within a span, milliseconds. */
export type CheckPace = Readonly<{ most: number; spanMs: number }>

/** Pause between two looks, milliseconds. */
const pauseMs = 10_000

/** When the next claim of that kind and subject may be looked into. */
export async function nextCheck(
  tx: Db,
  { portal, type, dedupKey }: { portal: string; type: string; dedupKey: string },
  { most, spanMs }: CheckPace,
  now: Date,
): Promise<Date> {
  const checks = await tx
    .selectFrom('work')
    .select('updated_at')
    .where('portal', '=', portal)
    .where('kind', '=', type)
    .where('subject', '=', dedupKey)
    .where('state', '<>', 'due')
    .where('updated_at', '>', new Date(now.getTime() - Math.max(spanMs, pauseMs)).toISOString())
    .orderBy('updated_at', 'desc')
    .limit(most)
    .execute()
  const after = (check: { updated_at: string } | undefined, ms: number) =>
    check ? Date.parse(check.updated_at) + ms : 0
  return new Date(Math.max(now.getTime(), after(checks[0], pauseMs), after(checks[most - 1], spanMs)))
}
