import type { Db } from './database.ts'

/** Of so many notices a portal's newest stay that are done, and that wait for a person. */
const MOST = { done: 10_000, parked: 1000 } as const

/**
 * Forgets the notices of a portal beyond the newest ones: whoever knows the application_token can send any number, and each is soon done
 * with. Whom the sweep misses for it is heard once more, which changes nothing.
 */
export async function trimNotices(db: Db, portal: string): Promise<void> {
  for (const state of ['done', 'parked'] as const) {
    const ofState = db
      .selectFrom('work')
      .where('portal', '=', portal)
      .where('state', '=', state)
      .where('kind', '=', 'notice')
    const last = await ofState
      .select('due_at')
      .orderBy('due_at', 'desc')
      .offset(MOST[state])
      .limit(1)
      .executeTakeFirst()
    if (!last) continue
    await db
      .deleteFrom('work')
      .where('portal', '=', portal)
      .where('state', '=', state)
      .where('kind', '=', 'notice')
      .where('due_at', '<=', last.due_at)
      .execute()
  }
}
