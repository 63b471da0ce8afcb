import type { KindCode } from '../domain/kind-code.ts'
import type { Db } from './database.ts'
import { readSubscriptions } from './subscriptions.ts'

/** All portals of which anything is kept. */
export async function listPortals(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('portal').select('member_id').execute()
  return rows.map((row) => row.member_id)
}

/** Portals in which the app was installed by then. */
export async function listInstalledPortals(db: Db, by: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('portal')
    .select('member_id')
    .where('status', '=', 'installed')
    .where('installed_at', '<=', by.toISOString())
    .execute()
  return rows.map((row) => row.member_id)
}

/** Portals installed in that time, from which no test event has come back since. */
export async function listPortalsAwaitingPing(db: Db, { from, to }: { from: Date; to: Date }): Promise<string[]> {
  const rows = await db
    .selectFrom('portal')
    .select(['member_id', 'subscriptions', 'installed_at'])
    .where('status', '=', 'installed')
    .where('installed_at', '>=', from.toISOString())
    .where('installed_at', '<=', to.toISOString())
    .execute()
  const isTested = (row: (typeof rows)[number]) => {
    const cameBackAt = readSubscriptions(row.subscriptions).test?.cameBackAt ?? ''
    return cameBackAt >= (row.installed_at ?? '')
  }
  return rows.flatMap((row) => (isTested(row) ? [] : [row.member_id]))
}

/** Installed portals with an enabled trigger of one of the kinds. */
export async function listPortalsWithTriggers(db: Db, kinds: readonly KindCode[]): Promise<string[]> {
  const rows = await db
    .selectFrom('trigger')
    .innerJoin('portal', 'portal.member_id', 'trigger.portal')
    .select('trigger.portal')
    .distinct()
    .where('portal.status', '=', 'installed')
    .where('trigger.enabled', '=', 1)
    .where('trigger.kind', 'in', [...kinds])
    .execute()
  return rows.map(({ portal }) => portal)
}

/** Installed portals that look for views and clicks of e-mails, or did until their last such trigger was switched off. */
export async function listPortalsWithMail(db: Db): Promise<string[]> {
  const polled = await listPortalsWithTriggers(db, ['email-viewed', 'email-link-clicked'])
  // Portal by portal: there may be very many e-mails.
  const rows = await db
    .selectFrom('portal')
    .select('member_id as portal')
    .where('status', '=', 'installed')
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('sent_mail').select('activity_id').whereRef('sent_mail.portal', '=', 'portal.member_id')),
    )
    .execute()
  return [...new Set([...polled, ...rows.map(({ portal }) => portal)])]
}
