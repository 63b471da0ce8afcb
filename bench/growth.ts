import type { JobType } from '../lib/domain/job-types.ts'
import { POLL_MAIL } from '../lib/jobs/poll-mail.ts'
import { RETENTION } from '../lib/jobs/retention.ts'
import { enqueue } from '../lib/store/jobs.ts'
import { openSession } from '../test/api.ts'
import { until } from '../test/chaos/until.ts'
import { type Portal, SEED } from '../test/portal/index.ts'
import { aTrigger } from '../test/rig.ts'
import { type Cost, costOf, costOnce } from './cost.ts'
import { fillJournal } from './fill-portal.ts'
import { type MeasuredSetting, startMeasuredSetting, untilWorkedOff } from './measured-setting.ts'
import { progress, ratio, row } from './print.ts'
import { whileOpen } from './while-open.ts'

const TRIGGERS = [1, 10, 100, 500]
const ENTRIES = [0, 10_000, 100_000, 1_000_000]
const MAILS = [0, 1000, 10_000]
const WARM_UP = { portals: 12, mails: 18 }

/**
 * What an e-mail that moves a deal costs our process as the portal's triggers, its journal and its watched e-mails grow; one e-mail
 * after the other, so that none shares what it costs. The last figure is the time of processor and database against the smallest.
 */
export async function growth(): Promise<void> {
  await whileOpen(
    startMeasuredSetting({ portals: 1 + WARM_UP.portals }),
    (setting) => setting.close(),
    async (setting) => {
      const triggerId = await leaveOneTrigger(setting)
      row('for each e-mail', 'processor ms', 'SQL ms', 'statements', 'requests', 'ratio')
      progress('warming up')
      await Promise.all(setting.portals.slice(1).map(warmUp))
      await byTriggers(setting, 'of other kinds', { kind: 'call-inbound' })
      await byTriggers(setting, 'of its kind', {})
      await byJournal(setting, triggerId)
      await byWatchedMail(setting)
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

async function byTriggers(setting: MeasuredSetting, which: string, differing: { kind?: string }): Promise<void> {
  const { db } = setting
  const portal = portalOf(setting)
  const ofPortal = db.selectFrom('trigger').selectAll().where('portal', '=', portal.memberId)
  const { id, ...model } = await ofPortal.executeTakeFirstOrThrow()
  const removeOthers = () =>
    db.deleteFrom('trigger').where('portal', '=', portal.memberId).where('id', '<>', id).execute()
  let smallest: Cost | null = null
  for (const count of TRIGGERS) {
    progress(`${count} enabled triggers, others ${which}`)
    await removeOthers()
    const others = Array.from({ length: count - 1 }, (_, index) => ({ ...model, name: `${index}`, ...differing }))
    if (others.length > 0) await db.insertInto('trigger').values(others).execute()
    const cost = await costOf(setting, () => moveByMail(portal))
    smallest ??= cost
    print(`${count} enabled triggers, others ${which}`, cost, smallest)
  }
  await removeOthers()
}

async function byJournal(setting: MeasuredSetting, triggerId: number): Promise<void> {
  const memberId = portalOf(setting).memberId
  let [smallest, smallestRetention]: (Cost | null)[] = [null, null]
  let from = 0
  for (const to of ENTRIES) {
    await fillJournal(setting.db, memberId, [triggerId], { from, to })
    from = to
    progress(`${to} entries of the journal`)
    const cost = await costOf(setting, () => moveByMail(portalOf(setting)))
    smallest ??= cost
    print(`${to} entries of the journal`, cost, smallest)
    const retention = await costOnce(setting, () => beginRound(setting, RETENTION))
    smallestRetention ??= retention
    print('  and each hour: what is too old', retention, smallestRetention)
  }
}

/** E-mails under an hour old are asked for every MAIL_POLL_SECONDS. */
async function byWatchedMail(setting: MeasuredSetting): Promise<void> {
  const portal = portalOf(setting)
  const admin = await openSession(setting.balancer.url, portal, SEED.users.admin)
  for (const trigger of [{ kind: 'email-viewed' }, { kind: 'email-outgoing', stageId: 'C4:UC_VISIT' }]) {
    const { status } = await admin('POST', '/api/triggers', { ...aTrigger, ...trigger })
    if (status !== 201) throw new Error(`The trigger was answered ${status}`)
  }
  await untilWorkedOff(setting)
  let [smallest, smallestRound]: (Cost | null)[] = [null, null]
  let from = 0
  for (const to of MAILS) {
    progress(`${to} watched e-mails`)
    await watchMails(setting, from, to)
    from = to
    const cost = await costOf(setting, () => moveByMail(portal, 'sendMail'))
    smallest ??= cost
    print(`an e-mail goes out, ${to} are watched`, cost, smallest)
    const round = await costOnce(setting, () => beginRound(setting, POLL_MAIL))
    smallestRound ??= round
    print('  and each minute: all are asked for', round, smallestRound)
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

/** An e-mail about a deal of its own, until the deal stands in its new stage. */
async function moveByMail({ act }: Portal, direction: 'receiveMail' | 'sendMail' = 'receiveMail'): Promise<void> {
  const item = act.createItem({ entityTypeId: SEED.types.deal, title: 'Deal', categoryId: SEED.pipelines.partners })
  const { stageId } = item
  act[direction]({ bindings: [{ entityTypeId: item.entityTypeId, id: item.id }] })
  await until('the deal is moved', () => item.stageId !== stageId)
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

function print(what: string, { cpuMs, sqlMs, statements, requests }: Cost, smallest: Cost): void {
  const round = (value: number) => value.toFixed(value < 10 ? 2 : 0)
  row(what, round(cpuMs), round(sqlMs), round(statements), round(requests), ratio(cpuMs, smallest.cpuMs))
}
