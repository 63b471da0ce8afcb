import { createHmac, randomBytes } from 'node:crypto'
import { isbot } from 'isbot'
import { linkId, type TrackedLink } from '../links.ts'
import type { NewWork } from '../store/add-work.ts'

export const CLICK = 'click'

/** A click on a tracked link while it is held: a person's or a machine's shows by what comes with it. */
export type HeldClick = Readonly<{
  entityTypeId: number
  itemId: number
  /** Names the link. */
  link: string
  /** Names this click among those of the link. */
  click: string
  target: string
  at: string
  /** Fingerprint of the visitor's address; gone as soon as the click is judged. */
  address: string
  /** A HEAD request: no person makes one. */
  head: boolean
  /** A known scanner, by the name it gives itself. */
  scanner: boolean
}>

/** Who asked for the link's target. */
export type Visit = Readonly<{ token: string; address: string; userAgent: string | undefined; head: boolean }>

/** The work that a click makes: it is held for a while, then judged. */
export function clickWork(
  { linkKey, clickHoldSeconds }: Readonly<{ linkKey: Buffer; clickHoldSeconds: number }>,
  { portal, entityTypeId, itemId, target }: TrackedLink,
  { token, address, userAgent, head }: Visit,
  now: Date,
): NewWork {
  const body: HeldClick = {
    entityTypeId,
    itemId,
    link: linkId(token),
    click: randomBytes(9).toString('base64url'),
    target,
    at: now.toISOString(),
    address: createHmac('sha256', linkKey).update(`visitor ${portal} ${address}`).digest('base64url').slice(0, 22),
    head,
    scanner: isbot(userAgent),
  }
  const dueAt = new Date(now.getTime() + clickHoldSeconds * 1000)
  return { portal, kind: CLICK, subject: `${itemOf(body)}#${body.click}`, body, dueAt }
}

/** The item of a click, as its subject begins. */
export function itemOf({ entityTypeId, itemId }: Pick<HeldClick, 'entityTypeId' | 'itemId'>): string {
  return `${entityTypeId}:${itemId}`
}
