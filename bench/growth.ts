import type { JobType } from '../lib/domain/job-types.ts'
import { POLL_MAIL } from '../lib/jobs/poll-mail.ts'
import { RETENTION } from '../lib/jobs/retention.ts'
import { enqueue } from '../lib/store/jobs.ts'
import { partsOf } from '../lib/store/parts-of.ts'
import { openSession } from '../test/api.ts'
import { type Portal, SEED } from '../test/portal/index.ts'
import { aTrigger } from '../test/rig.ts'
import { type Cost, costOf, costOnce } from './cost.ts'
import { fillJournal } from './fill-portal.ts'
import { type MeasuredSetting, startMeasuredSetting, untilWorkedOff } from './measured-setting.ts'
import { moveByMail } from './move-by-mail.ts'
import { progress } from './print.ts'
import type { Report } from './results.ts'
import { whileOpen } from './while-open.ts'

/** Enabled triggers, of which ten are of the e-mail's kind. */
const TRIGGERS = [10, 1000, 10_000]
const OF_ITS_KIND = 10
const ENTRIES = [0, 100_000, 1_000_000]
const MAILS = [100, 100_000]

/** Rows of one statement of SQLite. */
const ROWS_AT_ONCE = 500

/** What an event costs at most, times what it costs where little is there; requests of a poll: one more for so many e-mails. */
const MOST_COST = 1.2
const MAILS_OF_A_REQUEST = 2500
const WARM_UP = { portals: 12, mails: 18 }

/**
 * What an e-mail that moves a deal costs our process as the portal's triggers, its journal and its watched e-mails grow; one e-mail
 * after the other, so that none shares what it costs. The last figure is the time of processor and database against the smallest.
 */
export async function growth(report: Report): Promise<void> {
  await whileOpen(
    startMeasuredSetting({ portals: 1 + WARM_UP.portals }),
    (setting) => setting.close(),
    async (setting) => {
      const triggerId = await leaveOneTrigger(setting)
      progress('warming up')
      await Promise.all(setting.portals.slice(1).map(warmUp))
      await byTriggers(setting, report)
      await byJournal(setting, triggerId, report)
      await byWatchedMail(setting, report)
    },
  )
}

/** Each portal bears forty requests at once: so the process learns in others what is measured in the first. */
async function warmUp(portal: Portal): Promise<void> {
  for (let mail = 0; mail < WARM_UP.mails; mail++) await moveByMail(portal)
}

/** The triggers of the chaos suite go, but for the one that incoming e-mails serve. */
async function leaveOneTrigger(setting: MeasuredSetting): Promise<number> {
  const { db } = setting
  await db.deleteFrom('trigger').where('kind', '<>', 'email-incoming').execute()
  const first = db.selectFrom('trigger').select('id').where('portal', '=', portalOf(setting).memberId)
  return (await first.executeTakeFirstOrThrow()).id
}

async function byTriggers(setting: MeasuredSetting, report: Report): Promise<void> {
  const { db } = setting
  const portal = portalOf(setting)
  const ofPortal = db.selectFrom('trigger').selectAll().where('portal', '=', portal.memberId)
  const { id, ...model } = await ofPortal.executeTakeFirstOrThrow()
  let smallest: Cost | null = null
  let there = 1
  for (const count of TRIGGERS) {
    progress(`${count} enabled triggers`)
    const added = Array.from({ length: count - there }, (_, index) => {
      const kind = there + index < OF_ITS_KIND ? model.kind : 'call-inbound'
      return { ...model, kind, name: `${there + index}` }
    })
    for (const rows of partsOf(added, ROWS_AT_ONCE)) await db.insertInto('trigger').values(rows).execute()
    there = count
    const cost = await costOf(setting, () => moveByMail(portal))
    smallest ??= cost
    tell(report, `${count} triggers, ten of its kind`, cost, smallest)
  }
  await db.deleteFrom('trigger').where('portal', '=', portal.memberId).where('id', '<>', id).execute()
}

async function byJournal(setting: MeasuredSetting, triggerId: number, report: Report): Promise<void> {
  const memberId = portalOf(setting).memberId
  let [smallest, smallestRetention]: (Cost | null)[] = [null, null]
  let from = 0
  for (const to of ENTRIES) {
    await fillJournal(setting.db, memberId, [triggerId], { from, to })
    from = to
    progress(`${to} entries of the journal`)
    const cost = await costOf(setting, () => moveByMail(portalOf(setting)))
    smallest ??= cost
    tell(report, `${to} entries of the journal`, cost, smallest)
    const retention = await costOnce(setting, () => beginRound(setting, RETENTION))
    smallestRetention ??= retention
    tell(report, `each hour, what is too old of ${to} entries`, retention, smallestRetention)
  }
}

/** E-mails under an hour old are asked for every MAIL_POLL_SECONDS. */
async function byWatchedMail(setting: MeasuredSetting, report: Report): Promise<void> {
  const portal = portalOf(setting)
  const admin = await openSession(setting.balancer.url, portal, SEED.users.admin)
  for (const trigger of [{ kind: 'email-viewed' }, { kind: 'email-outgoing', stageId: 'C4:UC_VISIT' }]) {
    const { status } = await admin('POST', '/api/triggers', { ...aTrigger, ...trigger })
    if (status !== 201) throw new Error(`The trigger was answered ${status}`)
  }
  await untilWorkedOff(setting)
  let smallest: Cost | null = null
  let fewest: number | null = null
  let from = 0
  for (const to of MAILS) {
    progress(`${to} watched e-mails`)
    await watchMails(setting, from, to)
    from = to
    const cost = await costOf(setting, () => moveByMail(portal, { direction: 'sendMail' }))
    smallest ??= cost
    tell(report, `an e-mail goes out, ${to} are watched`, cost, smallest)
    const round = await costOnce(setting, () => beginRound(setting, POLL_MAIL))
    fewest ??= round.requests
    const poll = `each minute, ${to} watched e-mails are asked for`
    report(poll, round.cpuMs, MS)
    report(poll, round.statements, 'statements')
    report(poll, round.requests, 'requests', { atMost: fewest + Math.ceil(to / MAILS_OF_A_REQUEST) })
  }
}

/** Sent within the hour: copies of one in the portal's world, and what we remember of them. */
async function watchMails(setting: MeasuredSetting, from: number, to: number): Promise<void> {
  const { db } = setting
  const { world, act, memberId, idle } = portalOf(setting)
  const model = world.activities.get(act.sendMail().activityId)
  if (!model) throw new Error('The e-mail is not in the portal')
  await idle()
  const ids = Array.from({ length: to - from }, (_, index) => 1_000_000 + from + index)
  for (const id of ids) world.activities.set(id, { ...model, id })
  const sentAt = model.created.toISOString()
  for (let begin = 0; begin < ids.length; begin += 1000) {
    const rows = ids.slice(begin, begin + 1000).map((activity_id) => {
      return { portal: memberId, activity_id, sent_at: sentAt, viewed: 0 as const, clicked: 0 as const }
    })
    await db.insertInto('sent_mail').values(rows).execute()
  }
}

async function beginRound(setting: MeasuredSetting, type: JobType): Promise<void> {
  const now = new Date()
  await enqueue(setting.db, [{ portal: portalOf(setting).memberId, type, dedupKey: 'round', dueAt: now }], now)
}

function portalOf({ portals }: MeasuredSetting): Portal {
  const [portal] = portals
  if (!portal) throw new Error('There is no portal')
  return portal
}

const MS = 'ms of processor'

function tell(report: Report, name: string, cost: Cost, smallest: Cost): void {
  report(name, cost.cpuMs, MS)
  report(name, cost.statements, 'statements')
  report(name, cost.requests, 'requests')
  report(name, cost.cpuMs / smallest.cpuMs, '× as at first, processor', { atMost: MOST_COST })
  report(name, cost.statements / smallest.statements, '× as at first, statements', { atMost: MOST_COST })
}
