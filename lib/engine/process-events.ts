import { refKey } from '../domain/entity-types.ts'
import { mayGuess } from '../domain/probe.ts'
import type { Round } from '../queue/job.ts'
import { deferRows, type Fates, settleRows } from '../queue/job-outcomes.ts'
import type { Db } from '../store/database.ts'
import { rememberForms } from '../store/forms.ts'
import { finishSubjects, type WorkRow } from '../store/jobs.ts'
import { listEnabledTriggers } from '../store/triggers.ts'
import type { KindCode } from '../triggers/kind.ts'
import type { ReadyTrigger } from '../triggers/trigger.ts'
import { workOff } from './apply.ts'
import { type Notice, parseNotice } from './events/parse-event.ts'
import { hear } from './events/to-facts.ts'
import { fateOfUnread, readyKinds } from './events/unread.ts'
import { markByStages, markRefused } from './mark-broken-triggers.ts'
import { servedKinds } from './match/match.ts'
import { type HeardFacts, recognise } from './match/recognise.ts'
import { read, readMore, type Wanted } from './snapshot/fetch.ts'
import type { Reading } from './snapshot/snapshot.ts'
import { knowForms } from './sources/activity/forms.ts'
import { readBodies } from './sources/activity/mail-bodies.ts'
import { keepMail } from './sources/activity/track-sent-mail.ts'
import { askCallAt, CALL_RECHECK } from './sources/call/recheck-call.ts'
import { refusedCalls } from './sources/call/refused-calls.ts'
import { joinRingGroups } from './sources/call/ring-groups.ts'
import { compareFields, type FieldChanges, keepFields } from './sources/item/field-changes.ts'
import { invoicePipelines } from './sources/item/item-facts.ts'
import { watchedItems } from './sources/item/watched-item.ts'
import { isHeardBefore, lookWanted, noteMessage } from './sources/message/channel-source.ts'
import { type ChatTurn, keepChatTurn } from './sources/message/chat-state.ts'
import { beginChats, eventAwaitedUntil, hearChats, knownSession, WAITS_FOR_EVENT } from './sources/message/index.ts'

/** A notice that some enabled trigger could be served by, and by which kinds. */
type Served = { notice: Notice; kinds: KindCode[] }

/** Why a row waits for what is not written yet; another notice of the same activity may bring it first. */
const WAITS_FOR_MORE = 'waits-for-more'

/** Job `notice`: recognises what happened in notices and works it off, all of them in packed requests. */
export async function recogniseNotices(round: Round, rows: WorkRow[]): Promise<void> {
  const triggers = await listEnabledTriggers(round.db, round.portal.memberId)
  const fates: Fates = new Map()
  const notices = rows.flatMap((row) => parse(row, fates))
  const turn = await beginChats(round, notices, triggers)
  const served = notices.flatMap((notice) => serve(round, notice, triggers, turn, fates))
  const { memberId } = round.portal
  if (served.length === 0) {
    return round.commit(async (tx) => {
      await settleRows(tx, fates, round.clock())
      await keepChatTurn(tx, memberId, turn, round.clock())
    })
  }

  const client = await round.clients.asReader(memberId, 'work')
  const reading = await read(client, wantedOf(round, served, triggers, turn))
  await joinRingGroups(round, client, reading)
  const callActivities = [...reading.calls.values()].flatMap((call) => call?.activityId ?? [])
  await readMore(client, reading, { items: [], pipelines: invoicePipelines(reading), bindings: callActivities })
  await readBodies(round, client, reading, triggers)
  const forms = await knowForms(round, reading, triggers)
  const changes = await compareFields(round, reading, triggers)
  const chats = await hearChats(round, client, reading, turn, { notices: served.map(({ notice }) => notice), triggers })

  const heard = [...served.flatMap((one) => hearOne(round, one, reading, changes, fates)), ...chats.looked]
  const refused = refusedCalls(served, reading, triggers)
  const { cases, counted, lookAgain } = await recognise(round, heard, triggers, refused)
  for (const workId of counted) fates.set(workId, { state: 'done', reason: 'counted' })
  for (const [id, at] of chats.waiting) fates.set(id, { state: 'later', at, reason: WAITS_FOR_EVENT })
  for (const {
    notice: { row },
  } of served) {
    const seconds = lookAgain.get(row.id)
    if (seconds === undefined) continue
    fates.set(row.id, { state: 'later', at: secondsAfter(row.created_at, seconds), reason: WAITS_FOR_MORE })
  }
  const unread = unreadOf(round, served, reading)
  for (const [id, fate] of unread) fates.set(id, fate)
  await workOff(round, client, reading, cases, async (tx, deferred) => {
    deferRows(fates, deferred)
    await settleRows(tx, fates, round.clock())
    await markByStages(tx, memberId, reading, triggers, round.clock())
    await markUnread(tx, round, served, triggers, unread)
    await keepMail(tx, round, reading, triggers)
    const left = new Set([...unread.keys(), ...[...deferred.keys()].map(({ workId }) => workId)])
    await keepFields(tx, memberId, changes, itemsOf(served, left))
    await keepChatTurn(tx, memberId, turn, round.clock(), deferred.keys())
    await rememberForms(tx, memberId, forms)
    await finishWaiting(
      tx,
      round,
      served.filter(({ notice: { row } }) => counted.has(row.id)),
    )
  })
}

function parse(row: WorkRow, fates: Fates): Notice[] {
  const notice = parseNotice(row)
  if (typeof notice !== 'string') return [notice]
  fates.set(row.id, notice === 'malformed' ? { state: 'parked', reason: notice } : { state: 'done', reason: notice })
  return []
}

/** Activities may also tell that the customer wrote, in channels that have no events of messages. */
function serve(
  round: Round,
  notice: Notice,
  triggers: readonly ReadyTrigger[],
  turn: ChatTurn,
  fates: Fates,
): Served[] {
  const { row } = notice
  if (isHeardBefore(turn, notice)) {
    fates.set(row.id, { state: 'done', reason: 'counted' })
    return []
  }
  const look = lookWanted(round, turn, notice, triggers)
  const kinds = servedKinds(notice.hint, triggers).filter((kind) => suits(notice, kind))
  if (look === 'yes') return [{ notice, kinds: [...kinds, 'chat-message'] }]
  const askAt = kinds.length > 0 ? askCallAt(notice, round.timing, round.clock()) : null
  if (askAt !== null) {
    fates.set(row.id, { state: 'later', at: askAt, reason: CALL_RECHECK })
    return []
  }
  if (kinds.length > 0) return [{ notice, kinds }]
  noteMessage(turn, notice)
  const wait = { state: 'later', at: eventAwaitedUntil(row), reason: WAITS_FOR_EVENT } as const
  fates.set(row.id, look === 'wait' ? wait : { state: 'done', reason: 'no-trigger' })
  return []
}

/** One request's worth: each subject once, the item types and pipelines of the triggers that could fire. */
function wantedOf(round: Round, served: Served[], triggers: ReadyTrigger[], turn: ChatTurn): Wanted {
  const could = triggers.filter((trigger) => served.some((one) => one.kinds.includes(trigger.kind)))
  const subjects = served.map(({ notice }) => notice.subject)
  const calls = subjects.filter((subject) => subject.type === 'call')
  return {
    activities: [...new Set(subjects.flatMap((subject) => (subject.type === 'activity' ? [subject.id] : [])))],
    bindings: [],
    calls: [...new Map(calls.map((call) => [call.callId, call])).values()],
    entityTypeIds: [...new Set(could.map(({ entityTypeId }) => entityTypeId))],
    pipelines: could,
    watched: watchedItems(subjects, triggers),
    chats: [...new Set(subjects.flatMap((subject) => (subject.type === 'message' ? [subject.userCode] : [])))],
    histories: [...new Set(served.flatMap((one) => historyOf(one, turn)))],
    forms: could.some(({ kind }) => kind === 'form-submitted'),
    guess: mayGuess(round.portal.probe),
  }
}

/** The history of a conversation is read along where its messages come from there. */
function historyOf({ notice, kinds }: Served, turn: ChatTurn): string[] {
  return kinds.includes('chat-message') ? [knownSession(turn, notice)].flatMap((session) => session ?? []) : []
}

function hearOne(
  round: Round,
  { notice, kinds }: Served,
  reading: Reading,
  changes: ReadonlyMap<string, FieldChanges>,
  fates: Fates,
): HeardFacts[] {
  const { row, source } = notice
  const ready = readyKinds(notice, kinds, reading)
  if (ready.length === 0) return []
  const heard = hear(notice, reading, changes, round.timing, round.clock())
  if (heard.state === 'heard') {
    fates.set(row.id, { state: 'done', reason: 'not-of-a-kind' })
    return [{ facts: heard.facts, origin: heard.origin, source, kinds: ready, workId: row.id }]
  }
  fates.set(row.id, heard.state === 'gone' ? { state: 'done', reason: heard.reason } : heard)
  return []
}

/** Rows of notices that could not be read, or not wholly. */
function unreadOf(round: Round, served: readonly Served[], reading: Reading): Fates {
  const random = Math.random()
  return new Map(
    served.flatMap(({ notice }) => {
      const fate = fateOfUnread(notice, reading, round.clock(), random)
      return fate === null ? [] : [[notice.row.id, fate] as const]
    }),
  )
}

/** What is parked because the portal refuses it makes the triggers that it could serve need attention. */
async function markUnread(
  tx: Db,
  round: Round,
  served: readonly Served[],
  triggers: readonly ReadyTrigger[],
  unread: Fates,
): Promise<void> {
  for (const { notice, kinds } of served) {
    const fate = unread.get(notice.row.id)
    if (fate?.state !== 'parked') continue
    const could = triggers.filter(({ kind }) => kinds.includes(kind))
    await markRefused(tx, round.portal.memberId, could, fate.reason, round.clock())
  }
}

/** What a stage history tells serves one kind only. */
function suits({ entered }: Notice, kind: KindCode): boolean {
  return entered === null || kind === (entered.as === 'payment' ? 'payment-received' : 'field-changed')
}

/**
 * Items that are compared again: their notices are left due, or all that came of them tells of another moment, so that nothing was made
 * of what was compared.
 */
function itemsOf(served: readonly Served[], left: ReadonlySet<number>): Set<string> {
  const ofItems = served.flatMap(({ notice: { row, subject, entered } }) =>
    subject.type === 'item' ? [{ key: refKey(subject), isCompared: entered === null, isLeft: left.has(row.id) }] : [],
  )
  const compared = new Set(ofItems.flatMap(({ key, isCompared }) => (isCompared ? [key] : [])))
  return new Set(ofItems.flatMap(({ key, isLeft }) => (isLeft || !compared.has(key) ? [key] : [])))
}

/** An e-mail that waited for its SETTINGS has come with a later notice: the earlier one need not ask again. */
async function finishWaiting(tx: Db, round: Round, counted: Served[]): Promise<void> {
  const subjects = counted.flatMap(({ notice: { subject } }) =>
    subject.type === 'activity' ? [`ONCRMACTIVITYADD:${subject.id}`] : [],
  )
  const { memberId: portal } = round.portal
  const work = { portal, kind: 'notice', subjects, waitingFor: WAITS_FOR_MORE, reason: 'counted' }
  await finishSubjects(tx, work, round.clock())
}

function secondsAfter(time: string, seconds: number): Date {
  return new Date(Date.parse(time) + seconds * 1000)
}
