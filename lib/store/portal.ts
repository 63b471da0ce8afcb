import type { Selectable } from 'kysely'
import { type Probe, readProbe } from './probe.ts'
import type { PortalStatus, PortalTable } from './schema.ts'

/** What an administrator sets for the whole portal (`design.md` 7, `/api/settings`). */
export type Settings = { delegate: boolean; managers: number[]; paused: boolean; journalDays: number }

export const defaultSettings: Settings = { delegate: false, managers: [], paused: false, journalDays: 90 }

/** One Bitrix24 account, known for ever by its member id. */
export type Portal = {
  memberId: string
  domain: string
  /** REST address with trailing slash. */
  endpoint: string
  oauthServer: string
  appCode: string | null
  applicationToken: string | null
  status: PortalStatus
  lang: string
  scope: string[]
  /** The administrator who last ran the installation. */
  installerId: number | null
  settings: Settings
  installedAt: string | null
  /** When every row of it is to be erased; null: never. */
  eraseAt: Date | null
  /** What was found out of it. */
  probe: Probe
}

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
