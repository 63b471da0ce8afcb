import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSession } from '../test/api.ts'
import { type Portal, SEED } from '../test/portal/index.ts'
import { attacks } from '../test/security/attacks.ts'
import { fillJournal } from './fill-portal.ts'
import { type HostileThread, startHostileThread } from './hostile-thread.ts'
import { type MeasuredSetting, startMeasuredSetting } from './measured-setting.ts'
import { median } from './median.ts'
import { moveByMail } from './move-by-mail.ts'
import { progress } from './print.ts'
import type { Report } from './results.ts'
import { whileOpen } from './while-open.ts'

/** How long each attack goes on, and how often others ask and write meanwhile, milliseconds. */
const ATTACK_MS = 3000
const HEALTH_EVERY_MS = 150
const SESSION_EVERY_MS = 400
const MAIL_EVERY_MS = 500

/** Those who are attacked, in turn: what they do keeps within the limits of each of their portals. */
const OTHERS = 4

const ENTRIES = 100_000

/** Longest that anybody else waits for a page, milliseconds. */
const PROMISED_MS = 500

/** Longest wait for an e-mail's deal; what is not answered counts as this, too. */
const PATIENCE_MS = 30_000

/**
 * What other tenants notice while the owner of one portal attacks: how long the process takes to say that it is well and to open a session,
 * and whether their e-mails move deals as if nobody attacked. The process has half a gigabyte; the hostile portal runs in a thread of its
 * own. The pauses of both event loops tell whose time it was.
 */
export async function noisy(report: Report): Promise<void> {
  const hostile = startHostileThread()
  const start = async () =>
    startMeasuredSetting({
      portals: OTHERS,
      oauthServers: await hostile.ask('servers', null),
    })
  await whileOpen(
    start(),
    (setting) => Promise.all([setting.close(), hostile.stop()]),
    (setting) => attackAll(setting, hostile, report),
  )
}

async function attackAll(setting: MeasuredSetting, hostile: HostileThread, report: Report): Promise<void> {
  const { db, balancer } = setting
  const memberId = await hostile.ask('install', { url: balancer.url })
  const { id } = await db
    .selectFrom('trigger')
    .select('id')
    .where('portal', '=', memberId)
    .limit(1)
    .executeTakeFirstOrThrow()
  await fillJournal(db, memberId, [id], { to: ENTRIES })
  progress('warming up')
  await meanwhile(setting, () => sleep(ATTACK_MS))
  const alone = await meanwhile(setting, () => sleep(ATTACK_MS))
  tell(report, 'nobody attacks', alone, alone)
  for (const name of Object.keys(attacks)) {
    progress(name)
    const noticed = await meanwhile(setting, () => hostile.ask('attack', { name, ms: ATTACK_MS }))
    tell(report, name, noticed, alone)
    await db.deleteFrom('work').where('portal', '=', memberId).where('kind', '=', 'notice').execute()
    await sleep(1000)
  }
}

/** Milliseconds of each answer, and of each e-mail until its deal was moved; the longest pause of the process and of this one. */
type Noticed = { health: number[]; session: number[]; mail: number[]; lost: number; process: number; bench: number }

async function meanwhile(setting: MeasuredSetting, act: () => Promise<unknown>): Promise<Noticed> {
  const { processes, portals, measured } = setting
  const url = `http://127.0.0.1:${processes[0]?.port}`
  const pauses = monitorEventLoopDelay({ resolution: 5 })
  await measured.longestPauseMs()
  pauses.enable()
  let isOver = false
  const repeated = (everyMs: number, ask: (portal: Portal) => Promise<unknown>) =>
    timesOf(portals, everyMs, () => isOver, ask)
  const asking = Promise.all([
    repeated(HEALTH_EVERY_MS, () => askHealth(url)),
    repeated(SESSION_EVERY_MS, (portal) => openSession(url, portal, SEED.users.sam)),
    repeated(MAIL_EVERY_MS, (portal) => moveByMail(portal, { seconds: PATIENCE_MS / 1000, everyMs: 5 })),
  ])
  await act()
  isOver = true
  const [health, session, mail] = await asking
  pauses.disable()
  const longestPauseMs = await measured.longestPauseMs()
  const moved = mail.filter((ms) => ms !== null)
  const answered = (times: (number | null)[]) => times.map((ms) => ms ?? PATIENCE_MS)
  return {
    health: answered(health),
    session: answered(session),
    mail: moved,
    lost: mail.length - moved.length,
    process: longestPauseMs,
    bench: pauses.max / 1e6,
  }
}

/** Asks every so often, of one portal after the other, whether the answer before has come or not; how long each took, null where none came. */
async function timesOf(
  portals: readonly Portal[],
  everyMs: number,
  isOver: () => boolean,
  ask: (portal: Portal) => Promise<unknown>,
): Promise<(number | null)[]> {
  const asked: Promise<number | null>[] = []
  while (!isOver()) {
    const portal = portals[asked.length % portals.length]
    const begun = performance.now()
    if (portal)
      asked.push(
        ask(portal).then(
          () => performance.now() - begun,
          () => null,
        ),
      )
    await sleep(everyMs)
  }
  return Promise.all(asked)
}

async function askHealth(url: string): Promise<void> {
  const { status } = await fetch(`${url}/health`)
  if (status !== 200 && status !== 429) throw new Error(`Health is answered ${status}`)
}

function tell(report: Report, name: string, noticed: Noticed, alone: Noticed): void {
  const { health, session, mail, lost } = noticed
  report(name, Math.max(...health), 'ms, health at most', { atMost: PROMISED_MS })
  report(name, Math.max(...session), 'ms, session at most', { atMost: PROMISED_MS })
  report(name, median(session) / median(alone.session), '× as alone, session')
  report(name, median(mail) / median(alone.mail), '× as alone, e-mail moved')
  report(name, lost, 'e-mails not moved', { atMost: 0 })
  report(name, noticed.process, 'ms, pause of the process')
  report(name, noticed.bench, 'ms, pause of the bench')
}
