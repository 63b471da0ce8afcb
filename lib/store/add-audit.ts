import type { Db } from './database.ts'

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
