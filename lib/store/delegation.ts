import type { Sealer } from './seal.ts'
import { openBody } from './sealed-body.ts'

/** Work that asks the portal for a user's access (`design.md` 4.2); its subject is the user's id. */
export const DELEGATE = 'delegate'

/** Decisions that wait for such an access; their subjects begin with the user's id and a colon. */
export const AWAIT_ACCESS = 'await-access'

/** What the portal was asked with; `until`: how long its event is waited for. */
export type AskedDelegation = { code: string; until: string }

/** The event that came for a code. Without a token the portal gives none for this user. */
export type AnsweredDelegation = {
  code: string
  accessToken: string | null
  /** Seconds from `heardAt` on. */
  expiresIn: number
  heardAt: string
}

/** How far a row of kind `delegate` has come: it waits for its turn, for the event, or for the proof of what came. */
export type Delegation =
  | { state: 'waiting' }
  | ({ state: 'asked' } & AskedDelegation)
  | ({ state: 'answered' } & AnsweredDelegation)

/** The body of a row that was not asked with yet. */
export const untouched = '{}'

/** Reads the body of a row; one that holds a token is sealed. Throws when its key was taken away. */
export function readDelegation(sealer: Sealer, portal: string, body: string): Delegation {
  if (body === untouched) return { state: 'waiting' }
  const answer = openBody(sealer, portal, body)
  if (answer !== null) return { state: 'answered', ...(answer as AnsweredDelegation) }
  return { state: 'asked', ...(JSON.parse(body) as AskedDelegation) }
}
