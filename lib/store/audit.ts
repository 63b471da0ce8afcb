import type { Selectable } from 'kysely'
import type { Ref } from '../domain/occurrence.ts'
import { withoutItem } from '../domain/stop.ts'
import type { Db } from './database.ts'
import type { AuditTable } from './schema.ts'

/** What somebody changed, for the administrator to read; `detail` holds ids and codes, never tokens. */
export type AuditEntry = { userId: number | null; action: string; detail: Record<string, unknown> }

/** Writes into the audit, in the transaction of the change itself. */
export async function addAudit(
  db: Db,
  portal: string,
  { userId, action, detail }: AuditEntry,
  now: Date,
): Promise<void> {
  await db
    .insertInto('audit')
    .values({ portal, at: now.toISOString(), user_id: userId, action, detail: JSON.stringify(detail) })
    .execute()
}

/** The portal's audit, newest first; `before` is the last id of the page before. */
export async function listAudit(
  db: Db,
  portal: string,
  before: number | undefined,
  limit: number,
): Promise<Selectable<AuditTable>[]> {
  const all = db.selectFrom('audit').selectAll().where('portal', '=', portal)
  const query = before === undefined ? all : all.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}

/** The newest line of a portal's audit about that action. */
export async function findLastAudit(db: Db, portal: string, action: string): Promise<Selectable<AuditTable> | null> {
  const row = await db
    .selectFrom('audit')
    .selectAll()
    .where('portal', '=', portal)
    .where('action', '=', action)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** When an action last stood in the portal's audit, no longer ago than `since` (ISO 8601 UTC); null: not since then. */
export async function findLatestAudit(db: Db, portal: string, action: string, since: Date): Promise<string | null> {
  const row = await db
    .selectFrom('audit')
    .select('at')
    .where('portal', '=', portal)
    .where('action', '=', action)
    .where('at', '>=', since.toISOString())
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.at ?? null
}

/** Who paused all triggers of the portal, and when; null: the audit does not tell (any more). */
export type Pause = { since: string; userId: number | null }

/** So many changes of settings are looked through. */
const LATEST = 200

/** The change of settings that paused the triggers last. */
export async function findPause(db: Db, portal: string): Promise<Pause | null> {
  const rows = await db
    .selectFrom('audit')
    .select(['at', 'user_id', 'detail'])
    .where('portal', '=', portal)
    .where('action', '=', 'settings-changed')
    .orderBy('id', 'desc')
    .limit(LATEST)
    .execute()
  const row = rows.find(({ detail }) => hasPaused(JSON.parse(detail)))
  return row ? { since: row.at, userId: row.user_id } : null
}

function hasPaused({ before, after }: { before?: { paused?: boolean }; after?: { paused?: boolean } }): boolean {
  return after?.paused === true && before?.paused !== true
}

/** What people did with a client's items: these lines name the item, or a link of it. */
const ofItems = ['undo-move', 'retry-move', 'links-stopped', 'links-released']

/** Takes these items out of the audit: it says still that something was done, and by whom. */
export async function eraseFromAudit(tx: Db, portal: string, items: readonly Ref[]): Promise<void> {
  const ofPortal = tx.selectFrom('audit').select(['id', 'detail']).where('portal', '=', portal)
  for (const { id, detail } of await ofPortal.where('action', 'in', ofItems).execute()) {
    const without = detailWithout(JSON.parse(detail), items)
    if (without === null) continue
    const line = tx.updateTable('audit').where('portal', '=', portal).where('id', '=', id)
    await line.set({ detail: JSON.stringify(without) }).execute()
  }
}

/** Null: it names none of these items. */
function detailWithout(detail: AuditEntry['detail'], items: readonly Ref[]): AuditEntry['detail'] | null {
  const { entityTypeId, itemId, ...others } = detail
  if (items.some((item) => item.entityTypeId === entityTypeId && item.id === itemId)) return others
  const host = detail.code === 'link' ? withoutItem(String(detail.name), items) : null
  return host === null ? null : { ...detail, name: host }
}
