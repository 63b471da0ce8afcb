import type { AddressRules } from './address.ts'

/** What this room needs of the configuration (`design.md` 6). */
export type PortalConfig = AddressRules &
  Readonly<{
    clientId: string
    clientSecret: string
    /** Origins of the only servers that ever get the secret. */
    oauthServers: readonly string[]
  }>

/** What this room writes to the log: codes, ids and durations; never tokens or bodies. */
export type PortalLog = Readonly<
  Record<'debug' | 'info' | 'warn' | 'error', (facts: Record<string, unknown>, message: string) => void>
>
