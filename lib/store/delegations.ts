import type { Db } from './database.ts'
import { openBody, type Sealer, sealBody } from './sealing.ts'

/** Work that asks the portal for a user's access (`design.md` 4.2); its subject is the user's id. */
export const DELEGATE = 'delegate' as const

/** Decisions that wait for such an access; their subjects begin with the user's id and a colon. */
export const AWAIT_ACCESS = 'await-access' as const

/** What the portal was asked with; `until`: how long its event is waited for. */
export type AskedDelegation = { code: string; until: string }

/** The event that came for a code. Without a token the portal gives none for this user. */
export type AnsweredDelegation = {
  code: string
  accessToken: string | null
  /** Seconds from `heardAt` on. */
  expiresIn: number
  heardAt: string
}

/** How far a row of type `delegate` has come: it waits for its turn, for the event, or for the proof of what came. */
export type Delegation =
  | { state: 'waiting' }
  | ({ state: 'asked' } & AskedDelegation)
  | ({ state: 'answered' } & AnsweredDelegation)

/** The body of a row that was not asked with yet. */
const untouched = '{}'

/** Reads the body of a row; one that holds a token is sealed. Throws when its key was taken away. */
export function readDelegation(sealer: Sealer, portal: string, body: string): Delegation {
  if (body === untouched) return { state: 'waiting' }
  const answer = openBody(sealer, portal, body)
  if (answer !== null) return { state: 'answered', ...(answer as AnsweredDelegation) }
  return { state: 'asked', ...(JSON.parse(body) as AskedDelegation) }
}

/** A row of type `delegate`; `body` as it is stored. */
export type DelegationRow = { id: number; userId: number; body: string }

/** The delegation that was asked for and has not ended. There is one at a time: `event.test` calls all handlers. */
export async function findDelegation(db: Db, portal: string): Promise<DelegationRow | null> {
  const row = await db
    .selectFrom('work')
    .select(['id', 'subject', 'body'])
    .where('portal', '=', portal)
    .where('kind', '=', DELEGATE)
    .where('state', '=', 'due')
    .where('body', '<>', untouched)
    .executeTakeFirst()
  return row ? { id: row.id, userId: Number(row.subject), body: row.body } : null
}

/** Keeps what the event brought, and makes it due. Returns false when the row has gone on meanwhile: a code serves once. */
export async function answerDelegation(
  db: Db,
  sealer: Sealer,
  { portal, row, answer }: { portal: string; row: DelegationRow; answer: AnsweredDelegation },
  now: Date,
): Promise<boolean> {
  const at = now.toISOString()
  const { numUpdatedRows } = await db
    .updateTable('work')
    .set({ body: JSON.stringify(sealBody(sealer, portal, answer)), due_at: at, updated_at: at })
    .where('portal', '=', portal)
    .where('id', '=', row.id)
    .where('state', '=', 'due')
    .where('body', '=', row.body)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The delegation has ended; nothing of what it brought stays in the row. Returns false when it is gone: the user was erased meanwhile. */
export async function finishDelegation(
  db: Db,
  { portal, id }: Readonly<{ portal: string; id: number }>,
  reason: string,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('work')
    .set({ state: 'done', reason, body: untouched, updated_at: now.toISOString() })
    .where('portal', '=', portal)
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
