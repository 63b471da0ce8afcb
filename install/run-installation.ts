import { readAppInfo } from '../lib/bitrix24/auth/app-info.ts'
import type { PortalClient } from '../lib/bitrix24/client/portal-clients.ts'
import type { CommandResult } from '../lib/bitrix24/client/rest.ts'
import { mapOf } from '../lib/domain/php-values.ts'
import type { Portal } from '../lib/domain/portal.ts'
import { fieldBaselineJobs } from '../lib/engine/sources/item/baseline-jobs.ts'
import { addAudit } from '../lib/store/audit.ts'
import { type Db, transact } from '../lib/store/database.ts'
import { enqueue, type NewJob } from '../lib/store/jobs.ts'
import { findPortal, storeInstallation, storeScope, storeSettings } from '../lib/store/portals.ts'
import { updateSubscriptions } from '../lib/store/subscriptions.ts'
import { listEnabledTriggers } from '../lib/store/triggers.ts'
import { missingText } from '../lib/texts/missing-text.ts'
import { bindNeeded, checkOf } from './bind-needed.ts'
import type { Installing } from './installing.ts'
import { placementsWanted } from './placements-wanted.ts'
import type { EventsReport } from './reconcile-events.ts'
import { placementRows, reconcilePlacements } from './reconcile-placements.ts'
import { robotStep } from './robot.ts'
import { done, failed, isReady, type StepOutcome, type StepOutcomes, skipped, waiting } from './step.ts'
import { refusedStep, stepOfError } from './step-errors.ts'

export type Installation = { steps: StepOutcomes; ready: boolean }

/** What the portal says at the start, in one request. */
type InstallSnapshot = Readonly<Record<'profile' | 'info' | 'scope' | 'events' | 'placements', CommandResult>>

/**
 * Runs the installation as an administrator who opened the page. Every step looks at what is there and adds what is missing, so
 * it may be run again at any time; a failure leaves the steps before it done. Two requests when nothing is missing.
 */
export async function runInstallation(
  parts: Installing,
  { memberId, userId, delegate }: { memberId: string; userId: number; delegate: boolean },
): Promise<Installation> {
  const steps = await runSteps(parts, memberId, userId, delegate)
  const ready = isReady(steps)
  const now = parts.clock()
  await transact(parts.db, async (tx) => {
    const probe = { portal: memberId, type: 'probe', dedupKey: 'round', dueAt: now } as const
    if (ready) await enqueue(tx, [...(await baselineJobs(tx, memberId, now)), probe], now)
    await storeInstallation(tx, memberId, { steps: listed(steps), ready, installerId: userId }, now)
    await addAudit(tx, memberId, { userId, action: 'installation-run', detail: { ready, delegate } }, now)
  })
  return { steps, ready }
}

/** While the app was not there nobody watched its items: how they are now is the new base. */
async function baselineJobs(tx: Db, memberId: string, now: Date): Promise<NewJob[]> {
  const portal = await findPortal(tx, memberId)
  if (portal?.status === 'installed') return []
  return fieldBaselineJobs(memberId, [], await listEnabledTriggers(tx, memberId), now)
}

async function runSteps(parts: Installing, memberId: string, userId: number, delegate: boolean): Promise<StepOutcomes> {
  const steps = {
    verify: waiting,
    store: waiting,
    events: waiting,
    check: waiting,
    placements: waiting,
    robot: waiting,
  }
  const { client, snapshot, outcome: verify } = await verifyStep(parts, memberId, userId)
  if (!client || !snapshot) return { ...steps, verify }

  const portal = await storeStep(parts, memberId, delegate, snapshot)
  const store = done('install.store.done')
  const { events, check } = await eventsSteps(parts, client, portal, snapshot)
  const before = { ...steps, verify, store, events, check }
  if (check.status !== 'done') return before
  return {
    ...before,
    placements: await placementsStep(parts, client, portal, snapshot),
    robot: await robotStep(client, portal, parts.config.publicUrl),
  }
}

/** Is this the application that we know, opened by an administrator, with the scopes that we cannot do without? */
async function verifyStep(
  parts: Installing,
  memberId: string,
  userId: number,
): Promise<{ client?: PortalClient; snapshot?: InstallSnapshot; outcome: StepOutcome }> {
  try {
    const client = await parts.clients.as(memberId, userId, 'page')
    const { results } = await client.batch({
      profile: { method: 'profile' },
      info: { method: 'app.info' },
      scope: { method: 'scope' },
      events: { method: 'event.get' },
      placements: { method: 'placement.get' },
    })
    const snapshot = results as InstallSnapshot
    const { profile, info, scope } = snapshot
    for (const result of [profile, info, scope]) if (!result.ok) return { outcome: refusedStep(result.error) }
    const portal = await findPortal(parts.db, memberId)
    if (!portal || portal.appCode !== value<{ CODE?: unknown }>(info).CODE)
      return { outcome: failed('install.verify.other-app') }
    if (!isTrue(value<{ ADMIN?: unknown }>(profile).ADMIN)) return { outcome: failed('install.verify.no-admin') }
    if (!scopesOf(scope).includes('crm')) return { outcome: failed('install.verify.no-crm') }
    return { client, snapshot, outcome: done('install.verify.done', { domain: portal.domain }) }
  } catch (error) {
    return { outcome: stepOfError(error) }
  }
}

/** Keeps what the administrator chose and what the portal grants. */
async function storeStep(
  parts: Installing,
  memberId: string,
  delegate: boolean,
  snapshot: InstallSnapshot,
): Promise<Portal> {
  const now = parts.clock()
  return transact(parts.db, async (tx) => {
    await storeScope(tx, memberId, scopesOf(snapshot.scope), now)
    const portal = await findPortal(tx, memberId)
    if (!portal) throw new Error('The portal was erased during its installation')
    const settings = { ...portal.settings, delegate }
    await storeSettings(tx, memberId, settings, now)
    return { ...portal, settings }
  })
}

/** Binds all anew: that the portal lists a subscription does not prove that it lives (`platform.md` 3.1). */
async function eventsSteps(
  parts: Installing,
  client: PortalClient,
  portal: Portal,
  snapshot: InstallSnapshot,
): Promise<{ events: StepOutcome; check: StepOutcome }> {
  try {
    if (!snapshot.events.ok) return { events: refusedStep(snapshot.events.error), check: waiting }
    const report = await bindNeeded(parts, portal, client, snapshot.events.result, true)
    await keepBound(parts, portal.memberId, snapshot, report)
    const [error] = report.errors
    const count = report.bound.length
    // What is bound in the end counts: an error on the way to it is none.
    if (report.missing.length === 0) {
      return { events: done('install.events.done', { count }), check: done('install.check.done', { count }) }
    }
    const missing = report.missing.length
    const check = failed('install.check.missing', { missing, all: count + missing })
    return { events: error ? refusedStep(error) : done('install.events.done', { count }), check }
  } catch (error) {
    return { events: stepOfError(error), check: waiting }
  }
}

/** Before `installFinish` whatever is bound may die again: then it is bound anew as soon as the app counts as installed. */
async function keepBound(
  parts: Installing,
  memberId: string,
  snapshot: InstallSnapshot,
  report: EventsReport,
): Promise<void> {
  const app = snapshot.info.ok ? readAppInfo(snapshot.info.result) : null
  const at = parts.clock().toISOString()
  const renewed = app?.installed ? { at, version: app.version, why: 'installed' as const } : null
  const known = {
    check: checkOf(parts, memberId, report),
    app: app && { version: app.version, installed: app.installed },
    version: app?.version ?? null,
    renewed,
    missed: null,
  }
  await transact(parts.db, (tx) => updateSubscriptions(tx, memberId, known))
}

async function placementsStep(
  parts: Installing,
  client: PortalClient,
  portal: Portal,
  snapshot: InstallSnapshot,
): Promise<StepOutcome> {
  try {
    if (!portal.scope.includes('placement')) return skipped(missingText.placement)
    if (!snapshot.placements.ok) return refusedStep(snapshot.placements.error)
    const directory = await parts.directory.readDirectory(portal.memberId)
    if (!directory.ok) return skipped(missingText[directory.missing])
    const wanted = placementsWanted(directory.value.map(({ entityTypeId }) => entityTypeId))
    const handler = `${parts.config.publicUrl}/app`
    const report = await reconcilePlacements(client, placementRows(snapshot.placements.result), wanted, handler)
    const [error] = report.errors
    if (error) return refusedStep(error)
    if (report.absent.length === 0) return done('install.placements.done', { count: report.bound.length })
    return done('install.placements.some', { count: report.bound.length, absent: report.absent.length })
  } catch (error) {
    return stepOfError(error)
  }
}

function scopesOf(result: CommandResult): string[] {
  return result.ok ? Object.values(mapOf(result.result)).map(String) : []
}

function value<T>(result: CommandResult): Partial<T> {
  return result.ok && typeof result.result === 'object' && result.result !== null ? (result.result as Partial<T>) : {}
}

/** Legacy methods write flags in several ways. */
function isTrue(flag: unknown): boolean {
  return flag === true || flag === 'Y' || flag === '1' || flag === 1
}

/** As the portal's row keeps them: ids, statuses and text keys. */
function listed(steps: StepOutcomes): unknown[] {
  return Object.entries(steps).map(([id, outcome]) => ({ id, ...outcome }))
}
