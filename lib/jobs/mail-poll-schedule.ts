import { z } from 'zod'
import type { PortalClient } from '../bitrix24/client/portal-clients.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'
import type { JobContext } from '../engine/context.ts'
import { readMailSince } from '../engine/sources/activity/read-mail.ts'
import { type MailWatch, mayStillChange, newMarks, WATCH_MS } from '../engine/sources/activity/sent-mail-watch.ts'
import { findCursor, storeCursor } from '../store/cursors.ts'
import type { Db } from '../store/database.ts'
import { forgetMailBefore, insertSentMail } from '../store/sent-mail.ts'
import { sentAt } from '../triggers/mail.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A round may begin a little early or late. */
const SLACK = 5000

const CURSOR = 'sent-mail'

/** How far the rounds came; times in milliseconds. */
export type MailProgress = Readonly<{
  /** Triggers, as they were, that made e-mails be remembered until now. */
  covered: readonly string[]
  /** When e-mails of the last day were asked for. */
  dayAt: number
  /** When those of all 14 days were. */
  allAt: number
}>

const schema = z.object({ covered: z.array(z.string()), dayAt: z.number(), allAt: z.number() })

const nothing: MailProgress = { covered: [], dayAt: 0, allAt: 0 }

/**
 * Begins a round of asking. Where e-mails went by, because no trigger made us remember them, those of the last 14 days are read first;
 * every 30 minutes those that went out since, whose events may be lost. Gives the time since which e-mails are asked for.
 */
export async function beginMailPoll(
  context: JobContext,
  client: PortalClient,
  triggers: readonly ReadyTrigger[],
  watch: MailWatch,
): Promise<string> {
  const { memberId } = context.portal
  const kept = await findCursor(context.db, memberId, CURSOR)
  const progress = schema.safeParse(kept === null ? null : JSON.parse(kept)).data ?? nothing
  const now = context.clock().getTime()
  const before = isCovered(progress, triggers, watch) ? progress : nothing
  const { since, ...next } = nextPoll(before, now)
  if (next.allAt === now) await rememberSince(context, client, watch, Math.max(before.allAt - MINUTE, now - WATCH_MS))
  await context.commit(async (tx) => {
    await forgetMailBefore(tx, memberId, new Date(now - WATCH_MS))
    const covered = triggers.filter(({ kind }) => watch.has(kind as never)).map(coverageKey)
    await storeCursor(tx, memberId, CURSOR, JSON.stringify({ ...next, covered } satisfies MailProgress))
  })
  return since
}

/** From now on nothing is remembered. */
export async function endMailPolls(tx: Db, portal: string): Promise<void> {
  await storeCursor(tx, portal, CURSOR, JSON.stringify(nothing))
}

async function rememberSince(
  context: JobContext,
  client: PortalClient,
  watch: MailWatch,
  since: number,
): Promise<void> {
  const now = context.clock()
  for await (const mails of readMailSince(client, new Date(since))) {
    const wanted = mails.filter((mail) => mayStillChange(mail, watch, now) || newMarks(mail, watch).length > 0)
    const rows = wanted.map((mail) => ({ activityId: mail.id, sentAt: sentAt(mail) }))
    await context.commit((tx) => insertSentMail(tx, context.portal.memberId, rows))
  }
}

/** A trigger since it was last switched on or set live. */
function coverageKey({ id, readyAt }: ReadyTrigger): string {
  return `${id}@${readyAt}`
}

/** E-mails are remembered as they are sent while some trigger of the kind is enabled: one that was so all the time vouches for it. */
export function isCovered({ covered }: MailProgress, triggers: readonly ReadyTrigger[], watch: MailWatch): boolean {
  const covering = triggers.filter((trigger) => covered.includes(coverageKey(trigger)))
  return [...watch.keys()].every((kind) => covering.some((trigger) => trigger.kind === kind))
}

/**
 * E-mails under an hour old are asked for each time, those under a day every 5 minutes, those under 14 days every 30 minutes
 * (`triggers.md`, E-mail).
 */
export function nextPoll(
  { dayAt, allAt }: Pick<MailProgress, 'dayAt' | 'allAt'>,
  now: number,
): { since: string; dayAt: number; allAt: number } {
  const sent = (age: number) => new Date(now - age).toISOString()
  if (now - allAt >= 30 * MINUTE - SLACK) return { since: sent(WATCH_MS), dayAt: now, allAt: now }
  if (now - dayAt >= 5 * MINUTE - SLACK) return { since: sent(DAY), dayAt: now, allAt }
  return { since: sent(HOUR), dayAt, allAt }
}
