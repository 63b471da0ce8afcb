import { sql } from 'kysely'
import type { Db } from './database.ts'
import type { PortalStatus } from './schema.ts'

/** What an allowed OAuth server said of a portal (`design.md` 8); `appCode` is from its `app.info`. */
export type ProvenPortal = {
  memberId: string
  domain: string
  endpoint: string
  oauthServer: string
  appCode: string
  lang: string
  scope: string[]
}

/** Keeps a proven portal. One that was uninstalled is `known` again; settings, triggers and journal stay. */
export async function storePortal(db: Db, portal: ProvenPortal, now: Date): Promise<void> {
  const at = now.toISOString()
  const proven = {
    domain: portal.domain,
    endpoint: portal.endpoint,
    oauth_server: portal.oauthServer,
    app_code: portal.appCode,
    scope: portal.scope.join(','),
    updated_at: at,
  }
  await db
    .insertInto('portal')
    .values({
      member_id: portal.memberId,
      ...proven,
      application_token: null,
      status: 'known',
      lang: portal.lang,
      installer_id: null,
      settings: '{}',
      install_steps: '[]',
      installed_at: null,
      lease_owner: null,
      lease_until: null,
      lease_number: 0,
      created_at: at,
    })
    .onConflict((conflict) =>
      conflict.column('member_id').doUpdateSet((eb) => ({
        ...proven,
        lang: eb.case().when('portal.status', '=', 'uninstalled').then(portal.lang).else(eb.ref('portal.lang')).end(),
        status: eb
          .case()
          .when('portal.status', '=', 'uninstalled')
          .then(sql<PortalStatus>`'known'`)
          .else(eb.ref('portal.status'))
          .end(),
      })),
    )
    .execute()
}
