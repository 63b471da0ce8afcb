import { randomBytes } from 'node:crypto'
import { isbot } from 'isbot'
import { z } from 'zod'
import { linkId, type TrackedLink } from '../../../links.ts'
import type { NewJob } from '../../../store/jobs.ts'
import data from '../../../triggers/data/preview-agents.json' with { type: 'json' }

export const CLICK = 'click' as const

/** A click on a tracked link while it is held: a person's or a machine's shows by what comes with it. */
export const heldClickSchema = z.object({
  entityTypeId: z.number(),
  itemId: z.number(),
  /** Names the link. */
  link: z.string(),
  /** Names this click among those of the link. */
  click: z.string(),
  target: z.string(),
  at: z.string(),
  /** A HEAD request: no person makes one. */
  head: z.boolean(),
  /** A known scanner, or a program that only previews links, by the name it gives itself. */
  scanner: z.boolean(),
})

export type HeldClick = Readonly<z.output<typeof heldClickSchema>>

/** Who asked for the link's target. */
export type Visit = Readonly<{ token: string; userAgent: string | undefined; head: boolean }>

/** The work that a click makes: it is held for a while, then judged. */
export function clickJob(
  { clickHoldSeconds }: Readonly<{ clickHoldSeconds: number }>,
  { portal, entityTypeId, itemId, target }: TrackedLink,
  { token, userAgent, head }: Visit,
  now: Date,
): NewJob {
  const body: HeldClick = {
    entityTypeId,
    itemId,
    link: linkId(token),
    click: randomBytes(9).toString('base64url'),
    target,
    at: now.toISOString(),
    head,
    scanner: isbot(userAgent) || previews(userAgent),
  }
  const dueAt = new Date(now.getTime() + clickHoldSeconds * 1000)
  return { portal, type: CLICK, dedupKey: `${itemOf(body)}#${body.click}`, body, dueAt }
}

/** The item of a click, as its subject begins. */
export function itemOf({ entityTypeId, itemId }: Pick<HeldClick, 'entityTypeId' | 'itemId'>): string {
  return `${entityTypeId}:${itemId}`
}

/** Mail programs and messengers that ask for a link before a person follows it; browsers name themselves otherwise. */
function previews(userAgent = ''): boolean {
  const name = userAgent.slice(0, LONGEST_AGENT).toLowerCase()
  return data.agents.some((agent) => name.includes(agent.name.toLowerCase()))
}

/** Longer names are read so far, in letters. */
const LONGEST_AGENT = 1000
