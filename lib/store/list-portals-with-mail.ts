import type { Db } from './database.ts'
import { listPortalsWithTriggers } from './list-portals-with-triggers.ts'

/** Installed portals that look for views and clicks of e-mails, or did until their last such trigger was switched off. */
export async function listPortalsWithMail(db: Db): Promise<string[]> {
  const looking = await listPortalsWithTriggers(db, ['email-viewed', 'email-link-clicked'])
  const rows = await db
    .selectFrom('sent_mail')
    .innerJoin('portal', 'portal.member_id', 'sent_mail.portal')
    .select('sent_mail.portal')
    .distinct()
    .where('portal.status', '=', 'installed')
    .execute()
  return [...new Set([...looking, ...rows.map(({ portal }) => portal)])]
}
