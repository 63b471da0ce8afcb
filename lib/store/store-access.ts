import { randomUUID } from 'node:crypto'
import { sealedColumns, type TokenPair } from './access.ts'
import type { Db } from './database.ts'
import type { Flag } from './schema.ts'
import type { Sealer } from './seal.ts'

/** Whose pair it is. */
export type AccessOwner = Readonly<{ portal: string; userId: number; name: string; admin: boolean }>

/**
 * Keeps a user's pair unless a newer one is there; a dead access becomes live again by a newer pair, but not the sessions that were
 * opened before it died. A pair that cannot be renewed never takes the place of a live one that can, which in turn takes its place
 * however old it is. Returns whether it was kept. Name and role are brought up to date in any case: the portal has just said them.
 */
export async function storeAccess(
  db: Db,
  sealer: Sealer,
  owner: AccessOwner,
  pair: TokenPair,
  now: Date,
): Promise<boolean> {
  const isAdmin: Flag = owner.admin ? 1 : 0
  // The portal has just answered for this person.
  const person = {
    name: owner.name,
    is_admin: isAdmin,
    proven_at: now.toISOString(),
    refused_until: null,
    refusals: 0,
  }
  const sid = randomUUID()
  const tokens = {
    ...sealedColumns(sealer, owner.portal, owner.userId, pair),
    state: 'live' as const,
    refreshing_until: null,
    used_at: now.toISOString(),
    lost_at: null,
  }
  const issuedAt = tokens.issued_at
  const stored = await db
    .insertInto('access')
    .values({ portal: owner.portal, user_id: owner.userId, ...person, ...tokens, sid })
    .onConflict((conflict) =>
      conflict
        .columns(['portal', 'user_id'])
        .doUpdateSet((eb) => ({
          ...person,
          ...tokens,
          sid: eb
            .case()
            .when(eb.or([eb('access.state', '=', 'dead'), eb('access.sid', 'is', null)]))
            .then(sid)
            .else(eb.ref('access.sid'))
            .end(),
        }))
        .where((eb) =>
          eb.or([
            eb.and([eb('access.state', '=', 'dead'), eb('access.issued_at', '<', issuedAt)]),
            eb.and([
              eb('access.state', '=', 'live'),
              pair.refreshToken === null
                ? eb.and([eb('access.issued_at', '<=', issuedAt), eb('access.refresh_token', 'is', null)])
                : eb.or([eb('access.issued_at', '<=', issuedAt), eb('access.refresh_token', 'is', null)]),
            ]),
          ]),
        ),
    )
    .returning('user_id')
    .executeTakeFirst()
  if (stored !== undefined) return true
  await db
    .updateTable('access')
    .set((eb) => ({ ...person, sid: eb.fn.coalesce('sid', eb.val(sid)) }))
    .where('portal', '=', owner.portal)
    .where('user_id', '=', owner.userId)
    .execute()
  return false
}
