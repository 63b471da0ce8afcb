import type { Db } from './database.ts'

/**
 * Makes a row for a portal that only an event speaks of, so that its worker can hold the lease and prove it. Without address
 * and with status `uninstalled` it counts as unknown everywhere. `drop-unproven-portal.ts` takes it away again.
 */
export async function addUnprovenPortal(db: Db, memberId: string, now: Date): Promise<void> {
  const at = now.toISOString()
  await db
    .insertInto('portal')
    .values({
      member_id: memberId,
      domain: '',
      endpoint: '',
      oauth_server: '',
      app_code: null,
      application_token: null,
      status: 'uninstalled',
      lang: 'en',
      scope: '',
      installer_id: null,
      settings: '{}',
      install_steps: '[]',
      installed_at: null,
      lease_owner: null,
      lease_until: null,
      lease_number: 0,
      created_at: at,
      updated_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
