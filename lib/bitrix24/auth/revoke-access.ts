import { markAccessDead } from '../../store/access.ts'
import { addAudit } from '../../store/audit.ts'
import { type Db, transact } from '../../store/database.ts'

/**
 * A pair is refused for good: marks the access dead and says so in the audit. Returns false when another pair has taken its place
 * meanwhile, which then serves.
 */
export function revokeAccess(
  db: Db,
  { portal, userId, issuedAt }: Readonly<{ portal: string; userId: number; issuedAt: Date }>,
  code: string,
  now: Date,
): Promise<boolean> {
  return transact(db, async (tx) => {
    const lost = await markAccessDead(tx, portal, userId, issuedAt, now)
    if (lost) await addAudit(tx, portal, { userId, action: 'access-lost', detail: { code } }, now)
    return lost
  })
}
