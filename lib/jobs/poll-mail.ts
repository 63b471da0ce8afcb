import { mayGuess } from '../domain/probe.ts'
import { workOff } from '../engine/apply.ts'
import { type HeardFacts, recognise } from '../engine/match/recognise.ts'
import { passing } from '../engine/snapshot/failures.ts'
import { read } from '../engine/snapshot/fetch.ts'
import { emptyReading, type Reading } from '../engine/snapshot/snapshot.ts'
import type { ActivityRow } from '../engine/sources/activity/activity-facts.ts'
import { readBodies } from '../engine/sources/activity/mail-bodies.ts'
import { readMail } from '../engine/sources/activity/read-mail.ts'
import {
  isAwaited,
  type MailKind,
  type MailWatch,
  mailNews,
  mailWatch,
} from '../engine/sources/activity/sent-mail-watch.ts'
import type { Round } from '../queue/job.ts'
import { type Wait, waitOut } from '../queue/job-outcomes.ts'
import type { Db } from '../store/database.ts'
import { finishWork, type NewWork, postponeWork, type WorkRow } from '../store/jobs.ts'
import { forgetMail, forgetMailBefore, listSentMail, markMail, type SentMail } from '../store/sent-mail.ts'
import { listEnabledTriggers } from '../store/triggers.ts'
import type { ReadyTrigger } from '../triggers/trigger.ts'
import { endIfRefused } from './access/end-if-refused.ts'
import { beginMailRound, endMailRounds } from './mail-rounds.ts'

export const POLL_MAIL = 'poll-mail'

/** E-mails of one turn: as many as one request reads. */
const PAGE = 2500

/** E-mails with news that one turn works off. */
const NEWS = 40

/** Which e-mails a turn asks for; kept in the row of work while its round goes on. */
type Page = { since: string; before: number | null }

/** A remembered e-mail of which something happened that was not worked off yet. */
type News = { mail: ActivityRow; kinds: MailKind[] }

/**
 * Job `poll-mail`: the first view of an e-mail raises no event (`platform.md` 10.1), so the e-mails that are remembered are asked for
 * again, 2500 in a request and a turn. Clicks are looked for on the same way: their event may be lost, or not come at all.
 */
export async function pollMail(round: Round, rows: WorkRow[]): Promise<void> {
  const triggers = await listEnabledTriggers(round.db, round.portal.memberId)
  const watch = mailWatch(triggers)
  for (const row of rows) {
    if (watch.size > 0) await endIfRefused(round, row, () => pollPage(round, row, triggers, watch))
    else await stopLooking(round, row)
  }
}

/** The work that follows when views or clicks are looked for that were not before: e-mails of the last days are read at once. */
export function mailRoundWork(
  portal: string,
  before: readonly ReadyTrigger[],
  after: readonly ReadyTrigger[],
  now: Date,
): NewWork[] {
  const watched = mailWatch(before)
  const isNew = [...mailWatch(after).keys()].some((kind) => !watched.has(kind))
  return isNew ? [{ portal, kind: POLL_MAIL, subject: 'round', dueAt: now }] : []
}

/** The last trigger was switched off: what is sent from now on goes by unseen, so what is remembered is of no use either. */
async function stopLooking(round: Round, row: WorkRow): Promise<void> {
  const { memberId } = round.portal
  await round.commit(async (tx) => {
    await forgetMailBefore(tx, memberId, round.clock())
    await endMailRounds(tx, memberId)
    await finishWork(tx, [row.id], 'no-trigger', round.clock())
  })
}

async function pollPage(round: Round, row: WorkRow, triggers: ReadyTrigger[], watch: MailWatch): Promise<void> {
  const { memberId } = round.portal
  const client = await round.clients.asReader(memberId, 'work')
  const { since, before = null }: Partial<Page> = JSON.parse(row.body)
  const page: Page = { since: since ?? (await beginMailRound(round, client, triggers, watch)), before }
  const remembered = await listSentMail(round.db, memberId, { ...page, limit: PAGE })
  const ids = remembered.map(({ activityId }) => activityId)
  const { mails, trouble } = await readMail(client, ids)
  const news = remembered.flatMap((one) => newsOf(one, mails, watch))
  const told = news.slice(0, NEWS)

  const found: Reading = { ...emptyReading(), activities: new Map(told.map(({ mail }) => [mail.id, mail])) }
  await readBodies(round, client, found, triggers)
  const { cases } = await recognise(
    round,
    told.flatMap((one) => hear(round, row, found, one)),
    triggers,
  )
  const unclear = new Set(told.flatMap(({ mail }) => (isUnclear(found, mail) ? [mail.id] : [])))
  const pipelines = triggers.filter(({ kind }) => cases.some(({ occurrence }) => occurrence.kind === kind))
  const reading = await read(client, {
    activities: [],
    bindings: [...new Set(cases.flatMap(({ occurrence }) => occurrence.origin.activityId ?? []))],
    calls: [],
    entityTypeIds: [...new Set(pipelines.map(({ entityTypeId }) => entityTypeId))],
    pipelines,
    guess: mayGuess(round.portal.probe),
  })
  await workOff(round, client, reading, cases, async (tx, deferred) => {
    const put = new Set([...deferred.keys()].map(({ occurrence }) => occurrence.origin.activityId))
    const done = told.filter(({ mail }) => !put.has(mail.id) && !unclear.has(mail.id))
    const open = new Set(news.filter((one) => !done.includes(one)).map(({ mail }) => mail.id))
    await markTold(tx, memberId, done)
    const isOver = (id: number) =>
      mails.has(id) && !open.has(id) && !isStillAwaited(mails.get(id), watch, round.clock())
    await forgetMail(tx, memberId, ids.filter(isOver))
    const rest = open.size > 0 ? page : ids.length === PAGE ? { ...page, before: ids.at(-1) ?? null } : null
    const wait = trouble ?? passing(found.failures, [...found.failures.keys()])
    if (wait !== null) return settleRow(tx, round, row, page, waitOut(round.clock(), row.attempts, wait))
    const [busy] = [...deferred.values()].sort((a, b) => b.at.getTime() - a.at.getTime())
    await settleRow(tx, round, row, rest, busy)
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
  const kinds = mailNews(mail, watch).filter((kind) => !known[kind])
  return kinds.length > 0 ? [{ mail, kinds }] : []
}

/** Which link was clicked cannot be told now. */
function isUnclear({ failures }: Reading, { id }: ActivityRow): boolean {
  return passing(failures, [`body ${id}`]) !== null
}

function hear(round: Round, row: WorkRow, found: Reading, { mail, kinds }: News): HeardFacts[] {
  const now = round.clock().toISOString()
  const facts = { shape: 'activity' as const, ...(found.activities.get(mail.id) ?? mail), heardAt: now, seenAt: now }
  return [{ facts, origin: { activityId: mail.id, refs: [] }, source: 'poll', kinds, workId: row.id }]
}

function isStillAwaited(mail: ActivityRow | null | undefined, watch: MailWatch, now: Date): boolean {
  return Boolean(mail) && isAwaited(mail as ActivityRow, watch, now)
}

/** What was worked off is not looked at again while the other mark of the e-mail is awaited. */
async function markTold(tx: Db, portal: string, told: News[]): Promise<void> {
  const of = (kind: MailKind) => told.filter(({ kinds }) => kinds.includes(kind)).map(({ mail }) => mail.id)
  await markMail(tx, portal, 'viewed', of('email-viewed'))
  await markMail(tx, portal, 'clicked', of('email-link-clicked'))
}

/** The round goes on with the rest, at once or when what it waits for may be had. */
async function settleRow(tx: Db, round: Round, row: WorkRow, rest: Page | null, wait: Wait | undefined): Promise<void> {
  const now = round.clock()
  if (rest === null) return finishWork(tx, [row.id], 'polled', now)
  const { at: dueAt, reason, tried } = wait ?? { at: now, reason: 'more-to-ask' }
  await postponeWork(tx, [row.id], { dueAt, reason, body: rest, ...(tried && { tried }) }, now)
}
