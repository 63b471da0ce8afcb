import { type Access, storeRole } from '../../store/access.ts'
import { addAudit } from '../../store/audit.ts'
import type { Db } from '../../store/database.ts'

/** Keeps what the portal just said of a person; who is no administrator any more stands in the audit. */
export async function updateRole(
  tx: Db,
  { portal, userId, admin }: Pick<Access, 'portal' | 'userId' | 'admin'>,
  person: { userId: number; name: string; admin: boolean },
  now: Date,
): Promise<void> {
  await storeRole(tx, portal, person, now)
  if (admin && !person.admin) await addAudit(tx, portal, { userId, action: 'administrator-lost', detail: {} }, now)
}
