import { type Selectable, sql } from 'kysely'
import { defaultSettings, type Portal, type Settings } from '../domain/portal.ts'
import { readProbe } from '../domain/probe.ts'
import type { PortalStatus } from '../domain/states.ts'
import { compiledOnce } from './compiled-once.ts'
import type { Db } from './database.ts'
import type { PortalTable } from './schema.ts'

/** A portal's row as the portal it is. */
export function portalFromRow(row: Selectable<PortalTable>): Portal {
  return {
    memberId: row.member_id,
    domain: row.domain,
    endpoint: row.endpoint,
    oauthServer: row.oauth_server,
    appCode: row.app_code,
    applicationToken: row.application_token,
    status: row.status,
    lang: row.lang,
    scope: row.scope.split(',').filter((scope) => scope !== ''),
    installerId: row.installer_id,
    settings: { ...defaultSettings, ...JSON.parse(row.settings) },
    installedAt: row.installed_at,
    eraseAt: row.erase_at === null ? null : new Date(row.erase_at),
    probe: readProbe(row.probe),
  }
}

export async function findPortal(db: Db, memberId: string): Promise<Portal | null> {
  const row = await db.selectFrom('portal').selectAll().where('member_id', '=', memberId).executeTakeFirst()
  return row ? portalFromRow(row) : null
}

/** What must be known of a portal to believe that it speaks. */
type SpeakingPortal = Pick<Portal, 'memberId' | 'endpoint' | 'applicationToken'>

/** Those of these portals that are there, by member id. */
export async function findSpeakingPortals(
  db: Db,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, SpeakingPortal>> {
  const { rows } = await speakingPortals(db, { memberIds })
  return new Map(rows.map((row) => [row.memberId, row]))
}

const speakingPortals = compiledOnce((db, { memberIds }: { memberIds: readonly string[] }) =>
  db
    .selectFrom('portal')
    .select(['member_id as memberId', 'endpoint', 'application_token as applicationToken'])
    .where('member_id', 'in', memberIds),
)

/** The portals that an operator may mean by a domain, with or without its port, or by a member id. */
export async function findPortalsByName(db: Db, name: string): Promise<Portal[]> {
  const rows = await db
    .selectFrom('portal')
    .selectAll()
    .where((eb) =>
      eb.or([eb('member_id', '=', name), eb('domain', '=', name.toLowerCase()), eb('domain', 'like', `${name}:%`)]),
    )
    .execute()
  return rows.map(portalFromRow)
}

/** Which of these portals are there. */
export async function findKnownPortals(db: Db, memberIds: readonly string[]): Promise<Set<string>> {
  if (memberIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('portal')
    .select('member_id')
    .where('member_id', 'in', [...new Set(memberIds)])
    .execute()
  return new Set(rows.map((row) => row.member_id))
}

/** When the portal's row was last changed by what happened to the app in it, such as its uninstallation. */
export async function findPortalTimes(db: Db, memberId: string): Promise<{ updatedAt: string }> {
  const row = await db
    .selectFrom('portal')
    .select('updated_at')
    .where('member_id', '=', memberId)
    .executeTakeFirstOrThrow()
  return { updatedAt: row.updated_at }
}

/** What an allowed OAuth server said of a portal (`design.md` 8); `appCode` is from its `app.info`. */
export type VerifiedPortal = {
  memberId: string
  domain: string
  endpoint: string
  oauthServer: string
  appCode: string
  lang: string
  scope: string[]
}

/** Keeps a proven portal. One that was uninstalled is `known` again; settings, triggers and journal stay. */
export async function storePortal(db: Db, portal: VerifiedPortal, now: Date): Promise<void> {
  const at = now.toISOString()
  const verified = {
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
      ...verified,
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
        ...verified,
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

/** How each step of the last installation went, as `storeInstallation` kept it; empty before the first. */
export async function findInstallSteps(db: Db, memberId: string): Promise<unknown[]> {
  const row = await db.selectFrom('portal').select('install_steps').where('member_id', '=', memberId).executeTakeFirst()
  return row ? JSON.parse(row.install_steps) : []
}

/**
 * How far the installation came. When it is ready the portal is `installed`: `installed_at` is kept where it was installed
 * before, since happenings before it are stale; `installerId` is always the last who ran it (`design.md` 4).
 */
export async function storeInstallation(
  db: Db,
  memberId: string,
  { steps, ready, installerId }: { steps: unknown[]; ready: boolean; installerId: number },
  now: Date,
): Promise<void> {
  const at = now.toISOString()
  await db
    .updateTable('portal')
    .set({ install_steps: JSON.stringify(steps), updated_at: at })
    .where('member_id', '=', memberId)
    .execute()
  if (!ready) return
  await db
    .updateTable('portal')
    .set({ status: 'installed', installed_at: at })
    .where('member_id', '=', memberId)
    .where('status', '<>', 'installed')
    .execute()
  await db.updateTable('portal').set({ installer_id: installerId }).where('member_id', '=', memberId).execute()
}

/** The portal's first or new `application_token`; the caller has proven that an administrator or the portal itself brought it. */
export async function storeApplicationToken(db: Db, memberId: string, token: string, now: Date): Promise<void> {
  await db
    .updateTable('portal')
    .set({ application_token: token, updated_at: now.toISOString() })
    .where('member_id', '=', memberId)
    .execute()
}

/** The OAuth server that the portal belongs to answered for it: it is asked first from now on. */
export async function storeOauthServer(db: Db, memberId: string, oauthServer: string, now: Date): Promise<void> {
  await db
    .updateTable('portal')
    .set({ oauth_server: oauthServer, updated_at: now.toISOString() })
    .where('member_id', '=', memberId)
    .execute()
}

/** A portal was renamed, and its OAuth server said so: all later requests go to the new address. */
export async function storePortalAddress(db: Db, memberId: string, endpoint: string, now: Date): Promise<void> {
  await db
    .updateTable('portal')
    .set({ endpoint, domain: new URL(endpoint).host, updated_at: now.toISOString() })
    .where('member_id', '=', memberId)
    .execute()
}

/** The scopes that the portal grants at present, as it said itself. */
export async function storeScope(db: Db, memberId: string, scope: string[], now: Date): Promise<void> {
  await db
    .updateTable('portal')
    .set({ scope: scope.join(','), updated_at: now.toISOString() })
    .where('member_id', '=', memberId)
    .execute()
}

/** What the administrator decided for the whole portal. */
export async function storeSettings(db: Db, memberId: string, settings: Settings, now: Date): Promise<void> {
  await db
    .updateTable('portal')
    .set({ settings: JSON.stringify(settings), updated_at: now.toISOString() })
    .where('member_id', '=', memberId)
    .execute()
}
