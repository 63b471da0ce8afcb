import type { Db } from './database.ts'

/** How often what is claimed is looked into: so many times within a span, milliseconds. */
export type ClaimPace = Readonly<{ most: number; spanMs: number }>

/** Pause between two looks, milliseconds. */
const pauseMs = 10_000

/** When the next claim of that kind and subject may be looked into. */
export async function nextLook(
  tx: Db,
  { portal, type, dedupKey }: { portal: string; type: string; dedupKey: string },
  { most, spanMs }: ClaimPace,
  now: Date,
): Promise<Date> {
  const looks = await tx
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
  const after = (look: { updated_at: string } | undefined, ms: number) => (look ? Date.parse(look.updated_at) + ms : 0)
  return new Date(Math.max(now.getTime(), after(looks[0], pauseMs), after(looks[most - 1], spanMs)))
}
