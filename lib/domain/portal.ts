import type { Probe } from './probe.ts'
import type { PortalStatus } from './states.ts'

/** What an administrator sets for the whole portal (`design.md` 7, `/api/settings`). */
export type Settings = {
  delegate: boolean
  managers: number[]
  paused: boolean
  journalDays: number
  /** What happened longer ago moves nothing any more (`stale`), 1 to 168. */
  staleHours: number
}

export const defaultSettings: Settings = {
  delegate: false,
  managers: [],
  paused: false,
  journalDays: 90,
  staleHours: 24,
}

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
