import type { Db } from './database.ts'
import { listPortalsWithTriggers } from './list-portals-with-triggers.ts'

/** Installed portals that look for views and clicks of e-mails, or did until their last such trigger was switched off. */
export async function listPortalsWithMail(db: Db): Promise<string[]> {
  const looking = await listPortalsWithTriggers(db, ['email-viewed', 'email-link-clicked'])
  // Portal by portal: there may be very many e-mails.
  const rows = await db
    .selectFrom('portal')
    .select('member_id as portal')
    .where('status', '=', 'installed')
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('sent_mail').select('activity_id').whereRef('sent_mail.portal', '=', 'portal.member_id')),
    )
    .execute()
  return [...new Set([...looking, ...rows.map(({ portal }) => portal)])]
}
