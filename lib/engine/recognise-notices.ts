import type { Db } from '../store/database.ts'
import { findKnownKeys } from '../store/find-known-keys.ts'
import { finishSubjects } from '../store/finish-subjects.ts'
import { finishWork } from '../store/finish-work.ts'
import { listEnabledTriggers } from '../store/list-enabled-triggers.ts'
import { parkWork } from '../store/park-work.ts'
import { postponeWork } from '../store/postpone-work.ts'
import type { WorkRow } from '../store/take-work.ts'
import { kindCodes, kinds } from '../triggers/index.ts'
import { isLookAgain, type KindCode } from '../triggers/kind.ts'
import type { ReadyTrigger } from '../triggers/trigger.ts'
import type { Case } from './case.ts'
import { hear } from './hear.ts'
import type { Round } from './job.ts'
import { matchTriggers, servedKinds } from './match.ts'
import { type Notice, parseNotice } from './notice.ts'
import { read, readMore, type Wanted } from './read.ts'
import type { Reading } from './reading.ts'
import { workOff } from './work-off.ts'

/** A notice that some enabled trigger could be served by, and by which kinds. */
type Served = { notice: Notice; kinds: KindCode[] }

/** What becomes of a row of work when the turn is committed. */
type Fate =
  | { state: 'done'; reason: string }
  | { state: 'parked'; reason: string }
  | { state: 'later'; at: Date; reason: string }

/** Why a row waits for SETTINGS; another notice of the same activity may bring them first. */
const WAITS_FOR_MORE = 'waits-for-more'

/** Job `notice`: recognises what happened in notices and works it off, all of them in packed requests. */
export async function recogniseNotices(round: Round, rows: WorkRow[]): Promise<void> {
  const triggers = await listEnabledTriggers(round.db, round.portal.memberId)
  const fates = new Map<number, Fate>()
  const served = rows.flatMap((row): Served[] => {
    const notice = parseNotice(row)
    if (notice === 'malformed') fates.set(row.id, { state: 'parked', reason: 'malformed' })
    else if (notice === 'unused') fates.set(row.id, { state: 'done', reason: 'unused' })
    else {
      const kindsServed = servedKinds(notice.hint, triggers)
      if (kindsServed.length > 0) return [{ notice, kinds: kindsServed }]
      fates.set(row.id, { state: 'done', reason: 'no-trigger' })
    }
    return []
  })
  if (served.length === 0) return round.commit((tx) => settleRows(tx, round, fates))

  const client = await round.clients.asReader(round.portal.memberId, 'work')
  const reading = await read(client, wantedOf(served, triggers))
  const callActivities = [...reading.calls.values()].flatMap((call) => call?.activityId ?? [])
  await readMore(client, reading, { items: [], pipelines: [], bindings: callActivities })
  const cases = await newCases(round, recognise(round, served, triggers, reading, fates))
  await workOff(round, client, reading, cases, async (tx, deferred) => {
    for (const [{ workId }, at] of deferred) fates.set(workId, { state: 'later', at, reason: 'item-busy' })
    await settleRows(tx, round, fates)
    await finishWaiting(tx, round, served, fates)
  })
}

/** One request's worth: each subject once, the item types and pipelines of the triggers that could fire. */
function wantedOf(served: Served[], triggers: ReadyTrigger[]): Wanted {
  const could = triggers.filter((trigger) => served.some((one) => one.kinds.includes(trigger.kind)))
  const subjects = served.map(({ notice }) => notice.subject)
  const calls = subjects.filter((subject) => subject.type === 'call')
  return {
    activities: [...new Set(subjects.flatMap((subject) => (subject.type === 'activity' ? [subject.id] : [])))],
    bindings: [],
    calls: [...new Map(calls.map((call) => [call.callId, call])).values()],
    entityTypeIds: [...new Set(could.map(({ entityTypeId }) => entityTypeId))],
    pipelines: could,
  }
}

/** Occurrences in the order in which they happened; the row's fate is set along the way. */
function recognise(
  round: Round,
  served: Served[],
  triggers: ReadyTrigger[],
  reading: Reading,
  fates: Map<number, Fate>,
): Case[] {
  const now = round.clock()
  const cases: Case[] = []
  for (const { notice, kinds: kindsServed } of served) {
    const { row } = notice
    const heard = hear(notice, reading, round.timing, now)
    if (heard.state !== 'heard') {
      fates.set(row.id, heard.state === 'gone' ? { state: 'done', reason: heard.reason } : heard)
      continue
    }
    let fate: Fate = { state: 'done', reason: 'not-of-a-kind' }
    for (const kind of kindsServed) {
      const result = kinds[kind].recognise(heard.facts)
      if (result === null) continue
      if (isLookAgain(result)) {
        const at = new Date(Date.parse(row.created_at) + result.lookAgainAfter * 1000)
        fate = { state: 'later', at, reason: WAITS_FOR_MORE }
        continue
      }
      if (fate.state === 'done') fate = { state: 'done', reason: 'counted' }
      const { matching, filtered } = matchTriggers(kind, result, triggers)
      const occurrence = { ...result, kind, source: 'event', origin: heard.origin, heardAt: row.created_at } as const
      cases.push({ occurrence, triggers: matching, filtered, gone: [], looks: 0, workId: row.id })
    }
    fates.set(row.id, fate)
  }
  return cases.sort(
    (a, b) =>
      a.occurrence.at.localeCompare(b.occurrence.at) ||
      kindCodes.indexOf(a.occurrence.kind) - kindCodes.indexOf(b.occurrence.kind),
  )
}

/** Leaves out what was counted before, under its key or its alias, and what this turn brought twice. */
async function newCases(round: Round, cases: Case[]): Promise<Case[]> {
  const keysOf = ({ occurrence: { key, alias } }: Case) => (alias === undefined ? [key] : [key, alias])
  const known = await findKnownKeys(round.db, round.portal.memberId, cases.flatMap(keysOf))
  return cases.filter((caseOf) => {
    const isNew = !keysOf(caseOf).some((key) => known.has(key))
    for (const key of keysOf(caseOf)) known.add(key)
    return isNew
  })
}

async function settleRows(tx: Db, round: Round, fates: ReadonlyMap<number, Fate>): Promise<void> {
  const now = round.clock()
  for (const [id, fate] of fates) {
    if (fate.state === 'done') await finishWork(tx, [id], fate.reason, now)
    else if (fate.state === 'parked') await parkWork(tx, [id], fate.reason, now)
    else await postponeWork(tx, [id], { dueAt: fate.at, reason: fate.reason }, now)
  }
}

/** An e-mail that waited for its SETTINGS has come with a later notice: the earlier one need not ask again. */
async function finishWaiting(tx: Db, round: Round, served: Served[], fates: ReadonlyMap<number, Fate>): Promise<void> {
  const subjects = served.flatMap(({ notice: { row, subject } }) => {
    const fate = fates.get(row.id)
    const isCounted = fate?.state === 'done' && fate.reason === 'counted'
    return isCounted && subject.type === 'activity' ? [`ONCRMACTIVITYADD:${subject.id}`] : []
  })
  const { memberId: portal } = round.portal
  await finishSubjects(
    tx,
    { portal, kind: 'notice', subjects, waitingFor: WAITS_FOR_MORE, reason: 'counted' },
    round.clock(),
  )
}
