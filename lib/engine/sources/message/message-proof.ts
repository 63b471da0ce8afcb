import type { Proof } from '../../../store/conversations.ts'
import type { Dialog } from './parse.ts'

/** What an event claims: a customer's message at `at`, of which we heard at `heardAt`, ISO 8601 UTC. */
export type ClaimedMessage = Readonly<{ at: string; heardAt: string }>

/** How the conversation was counted last, and how many messages of its chat events have told so far. */
export type Counted = Readonly<{ proof: Proof | undefined; told: number }>

/** So much later an event may come than what it tells, milliseconds. */
const LATE_MS = 300_000

/** Messages that are written together may all be counted before all are told, milliseconds. */
const TOGETHER_MS = 10_000

/** Portals write whole seconds. */
const SECOND_MS = 1000

/**
 * Does the portal itself say that the message came? An event may be forged: everybody who uses the app can read its token (`design.md` 8).
 * Where the history may not be read, the number of the conversation's messages has to have grown by more than what events have told
 * since it was counted last. One that was never counted has to have changed at the very moment that the event names. What remains: who
 * forges an event at the moment of a real message of the same conversation is believed.
 */
export function isVerified(
  dialog: Dialog | null,
  updatedAt: string | null,
  claim: ClaimedMessage,
  counted: Counted,
): boolean {
  if (dialog === null) return false
  const { proof } = counted
  if (proof && dialog.messageCount > expectedNow(proof, counted)) return true
  const mayBeCounted = !proof || Date.parse(claim.heardAt) <= Date.parse(proof.countedAt) + TOGETHER_MS
  return mayBeCounted && isOfThatMoment(dialog, updatedAt, claim)
}

/** How many messages the conversation should have from now on, after one was believed or not. */
export function proofAfter({ messageCount }: Dialog, isBelieved: boolean, counted: Counted, now: Date): Proof {
  const { proof, told } = counted
  const before = proof === undefined ? messageCount : expectedNow(proof, counted)
  const countedAt = now.toISOString()
  if (!isBelieved) return { expected: before, told, countedAt: proof?.countedAt ?? countedAt }
  return { expected: Math.min(messageCount, before + 1), told: told + 1, countedAt }
}

function expectedNow(proof: Proof, { told }: Counted): number {
  return proof.expected + Math.max(0, told - proof.told)
}

function isOfThatMoment({ createdAt }: Dialog, updatedAt: string | null, { at, heardAt }: ClaimedMessage): boolean {
  const moment = Date.parse(at)
  const changes = [updatedAt, createdAt].flatMap((change) => (change === null ? [] : [Date.parse(change)]))
  return Date.parse(heardAt) - moment <= LATE_MS && changes.some((change) => change >= moment - SECOND_MS)
}
