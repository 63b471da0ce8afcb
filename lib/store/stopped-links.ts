import type { Selectable } from 'kysely'
import type { Ref } from '../domain/occurrence.ts'
import { type Stop, withoutItem } from '../domain/stop.ts'
import type { Db } from './database.ts'
import type { StoppedLinkTable } from './schema.ts'

/** Whose links a stop holds up where it is every portal's. */
export const EVERY_PORTAL = ''

/** Who stopped it: an administrator of the portal, or whoever runs Stagecue. */
export type StoppedBy = Readonly<{ stoppedBy: 'administrator'; userId: number } | { stoppedBy: 'operator' }>

export type StoppedLinkRow = Selectable<StoppedLinkTable>

/** Stops links of a portal; what is stopped already stays as it is. */
export async function addStop(
  db: Db,
  memberId: string,
  { what, hash, label }: Stop,
  by: StoppedBy,
  now: Date,
): Promise<void> {
  const userId = by.stoppedBy === 'administrator' ? by.userId : null
  await db
    .insertInto('stopped_link')
    .values({
      member_id: memberId,
      what,
      hash,
      label,
      stopped_at: now.toISOString(),
      stopped_by: by.stoppedBy,
      user_id: userId,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The row of a stop. */
export async function findStop(db: Db, memberId: string, { what, hash }: Stop): Promise<StoppedLinkRow | null> {
  const row = await db
    .selectFrom('stopped_link')
    .selectAll()
    .where('member_id', '=', memberId)
    .where('what', '=', what)
    .where('hash', '=', hash)
    .executeTakeFirst()
  return row ?? null
}

/** What is stopped of a portal, newest first. */
export async function listStops(db: Db, memberId: string): Promise<StoppedLinkRow[]> {
  return db.selectFrom('stopped_link').selectAll().where('member_id', '=', memberId).orderBy('id', 'desc').execute()
}

/** What is stopped everywhere, newest first. */
export async function listAllStops(db: Db): Promise<StoppedLinkRow[]> {
  return db.selectFrom('stopped_link').selectAll().orderBy('id', 'desc').execute()
}

/** Lets links go on. */
export async function removeStop(db: Db, id: number): Promise<void> {
  await db.deleteFrom('stopped_link').where('id', '=', id).execute()
}

/** Of an erased portal its links stay stopped, as they would lead somewhere for ever; what people read of them goes. */
export async function blankStops(db: Db, memberId: string): Promise<void> {
  await db.updateTable('stopped_link').set({ label: '', user_id: null }).where('member_id', '=', memberId).execute()
}

/** Links of these items stay stopped; people read no more whose they were. */
export async function eraseFromStops(tx: Db, memberId: string, items: readonly Ref[]): Promise<void> {
  for (const { id, what, label } of await listStops(tx, memberId)) {
    const host = what === 'link' ? withoutItem(label, items) : null
    if (host === null) continue
    const row = tx.updateTable('stopped_link').set({ label: host }).where('member_id', '=', memberId)
    await row.where('id', '=', id).execute()
  }
}
