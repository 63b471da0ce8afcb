import { z } from 'zod'
import { mayGuess } from '../domain/probe.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'
import { applyDecisions } from '../engine/apply.ts'
import type { JobContext } from '../engine/context.ts'
import { recognise, type SourcedFacts } from '../engine/match/recognise.ts'
import { passing } from '../engine/snapshot/failures.ts'
import { fetchSnapshot } from '../engine/snapshot/fetch.ts'
import { emptySnapshot, type PortalSnapshot } from '../engine/snapshot/snapshot.ts'
import type { ActivityRow } from '../engine/sources/activity/activity-facts.ts'
import { readBodies } from '../engine/sources/activity/mail-bodies.ts'
import { readMail } from '../engine/sources/activity/read-mail.ts'
import {
  type MailKind,
  type MailWatch,
  mailKinds,
  mailWatch,
  mayStillChange,
  newMarks,
} from '../engine/sources/activity/sent-mail-watch.ts'
import type { Job } from '../queue/job.ts'
import { snoozeOnError, type Wait } from '../queue/job-outcomes.ts'
import type { Db } from '../store/database.ts'
import { completeJobs, type JobRow, type NewJob, snoozeJobs } from '../store/jobs.ts'
import { forgetMail, forgetMailBefore, listSentMail, markMail, type SentMail } from '../store/sent-mail.ts'
import { listEnabledOfKinds } from '../store/triggers.ts'
import { endIfRefused } from './access/end-if-refused.ts'
import { beginMailPoll, endMailPolls } from './mail-poll-schedule.ts'

export const POLL_MAIL = 'poll-mail' as const

/** E-mails of one turn: as many as one request reads. */
const PAGE = 2500

/** E-mails with news that one turn works off. */
const NEWS = 40

/** Which e-mails a turn asks for; kept in the job's row while its round goes on. */
export const mailPageSchema = z.object({ since: z.string().optional(), before: z.number().nullable().default(null) })

type MailPage = z.output<typeof mailPageSchema>

type Page = { since: string; before: number | null }

/** A remembered e-mail of which something happened that was not worked off yet. */
type News = { mail: ActivityRow; kinds: MailKind[] }

/**
 * Job `poll-mail`: the first view of an e-mail raises no event (`platform.md` 10.1), so the e-mails that are remembered are asked for
 * again, 2500 in a request and a turn. Clicks are looked for on the same way: their event may be lost, or not come at all.
 */
export async function pollMail(context: JobContext, rows: Job<MailPage>[]): Promise<void> {
  const triggers = await listEnabledOfKinds(context.db, context.portal.memberId, mailKinds)
  const watch = mailWatch(triggers)
  for (const row of rows) {
    if (watch.size > 0) await endIfRefused(context, row, () => pollPage(context, row, triggers, watch))
    else await stopPolling(context, row)
  }
}

/** The work that follows when views or clicks are looked for that were not before: e-mails of the last days are read at once. */
export function mailPollJob(
  portal: string,
  before: readonly ReadyTrigger[],
  after: readonly ReadyTrigger[],
  now: Date,
): NewJob[] {
  const watched = mailWatch(before)
  const isNew = [...mailWatch(after).keys()].some((kind) => !watched.has(kind))
  return isNew ? [{ portal, type: POLL_MAIL, dedupKey: 'round', dueAt: now }] : []
}

/** The last trigger was switched off: what is sent from now on goes by unseen, so what is remembered is of no use either. */
async function stopPolling(context: JobContext, row: JobRow): Promise<void> {
  const { memberId } = context.portal
  await context.commit(async (tx) => {
    await forgetMailBefore(tx, memberId, context.clock())
    await endMailPolls(tx, memberId)
    await completeJobs(tx, [row], 'no-trigger', context.clock())
  })
}

async function pollPage(
  context: JobContext,
  row: Job<MailPage>,
  triggers: ReadyTrigger[],
  watch: MailWatch,
): Promise<void> {
  const { memberId } = context.portal
  const client = await context.clients.asReader(memberId, 'work')
  const { since, before } = row.data
  const page: Page = { since: since ?? (await beginMailPoll(context, client, triggers, watch)), before }
  const remembered = await listSentMail(context.db, memberId, { ...page, limit: PAGE })
  const ids = remembered.map(({ activityId }) => activityId)
  const { mails, trouble } = await readMail(client, ids)
  const news = remembered.flatMap((one) => newsOf(one, mails, watch))
  const batch = news.slice(0, NEWS)

  const found: PortalSnapshot = { ...emptySnapshot(), activities: new Map(batch.map(({ mail }) => [mail.id, mail])) }
  await readBodies(context, client, found, triggers)
  const { evaluations } = await recognise(
    context,
    batch.flatMap((one) => factsOfMail(context, row, found, one)),
    triggers,
  )
  const unclear = new Set(batch.flatMap(({ mail }) => (isUnclear(found, mail) ? [mail.id] : [])))
  const pipelines = triggers.filter(({ kind }) => evaluations.some(({ occurrence }) => occurrence.kind === kind))
  const snapshot = await fetchSnapshot(client, {
    activities: [],
    bindings: [...new Set(evaluations.flatMap(({ occurrence }) => occurrence.origin.activityId ?? []))],
    calls: [],
    entityTypeIds: [...new Set(pipelines.map(({ entityTypeId }) => entityTypeId))],
    pipelines,
    guess: mayGuess(context.portal.probe),
  })
  await applyDecisions(context, client, snapshot, evaluations, async (tx, deferred) => {
    const put = new Set([...deferred.keys()].map(({ occurrence }) => occurrence.origin.activityId))
    const done = batch.filter(({ mail }) => !put.has(mail.id) && !unclear.has(mail.id))
    const open = new Set(news.filter((one) => !done.includes(one)).map(({ mail }) => mail.id))
    await saveMarks(tx, memberId, done)
    const isOver = (id: number) =>
      mails.has(id) && !open.has(id) && !isStillWatched(mails.get(id), watch, context.clock())
    await forgetMail(tx, memberId, ids.filter(isOver))
    const rest = open.size > 0 ? page : ids.length === PAGE ? { ...page, before: ids.at(-1) ?? null } : null
    const wait = trouble ?? passing(found.failures, [...found.failures.keys()])
    if (wait !== null) return settleRow(tx, context, row, page, snoozeOnError(context.clock(), row.attempts, wait))
    const [inFlight] = [...deferred.values()].sort((a, b) => b.at.getTime() - a.at.getTime())
    await settleRow(tx, context, row, rest, inFlight)
  })
}

function newsOf(
  { activityId, viewed, clicked }: SentMail,
  mails: ReadonlyMap<number, ActivityRow | null>,
  watch: MailWatch,
): News[] {
  const mail = mails.get(activityId)
  if (!mail) return []
  const known = { 'email-viewed': viewed, 'email-link-clicked': clicked }
  const kinds = newMarks(mail, watch).filter((kind) => !known[kind])
  return kinds.length > 0 ? [{ mail, kinds }] : []
}

/** Which link was clicked cannot be told now. */
function isUnclear({ failures }: PortalSnapshot, { id }: ActivityRow): boolean {
  return passing(failures, [`body ${id}`]) !== null
}

function factsOfMail(context: JobContext, row: JobRow, found: PortalSnapshot, { mail, kinds }: News): SourcedFacts[] {
  const now = context.clock().toISOString()
  const facts = { shape: 'activity' as const, ...(found.activities.get(mail.id) ?? mail), heardAt: now, seenAt: now }
  return [{ facts, origin: { activityId: mail.id, refs: [] }, source: 'poll', kinds, jobId: row.id }]
}

function isStillWatched(mail: ActivityRow | null | undefined, watch: MailWatch, now: Date): boolean {
  return Boolean(mail) && mayStillChange(mail as ActivityRow, watch, now)
}

/** What was worked off is not looked at again while the other mark of the e-mail is awaited. */
async function saveMarks(tx: Db, portal: string, batch: News[]): Promise<void> {
  const of = (kind: MailKind) => batch.filter(({ kinds }) => kinds.includes(kind)).map(({ mail }) => mail.id)
  await markMail(tx, portal, 'viewed', of('email-viewed'))
  await markMail(tx, portal, 'clicked', of('email-link-clicked'))
}

/** The round goes on with the rest, at once or when what it waits for may be had. */
async function settleRow(
  tx: Db,
  context: JobContext,
  row: JobRow,
  rest: Page | null,
  wait: Wait | undefined,
): Promise<void> {
  const now = context.clock()
  if (rest === null) return completeJobs(tx, [row], 'polled', now)
  const { at: dueAt, reason, tried = 'well' } = wait ?? { at: now, reason: 'more-to-ask' }
  await snoozeJobs(tx, [row], { dueAt, reason, body: rest, tried }, now)
}
