import type { Db } from './database.ts'
import { erasePortal } from './erasure.ts'

/**
 * Makes a row for a portal that only an event speaks of, so that its worker can hold the lease and prove it. Without address
 * and with status `uninstalled` it counts as unknown everywhere. `provisional-portals.ts` takes it away again.
 */
export async function addProvisionalPortal(db: Db, memberId: string, now: Date): Promise<void> {
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

/** How many portals wait that only an event speaks of: `provisional-portals.ts`. */
export async function countProvisionalPortals(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('portal')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('endpoint', '=', '')
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Takes away a portal that could not be proven, with all that is kept of it; a proven one has an address and stays. */
export async function dropProvisionalPortal(db: Db, memberId: string): Promise<void> {
  const provisional = await db
    .selectFrom('portal')
    .select('member_id')
    .where('member_id', '=', memberId)
    .where('endpoint', '=', '')
    .executeTakeFirst()
  if (provisional) await erasePortal(db, memberId)
}
