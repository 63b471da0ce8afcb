import { type Cause, NOBODY } from './events/auth.ts'
import { raise, raiseTo } from './events/raise.ts'
import { type FrameParams, frameParams } from './frame/params.ts'
import { revokeTokens } from './oauth/token-store.ts'
import type { PortalState } from './state.ts'
import { randomHex } from './world/random.ts'

/** The administrator opens the installer: the app is there, but its handlers are dead (platform.md 1.2). */
export function beginInstall(portal: PortalState): FrameParams {
  const { app } = portal.world
  if (app.state === 'absent') app.applicationToken = randomHex(32)
  app.state = 'installing'
  return frameParams(portal, app.installerId)
}

/** What `installFinish` in the frame does: from now on events flow, ONAPPINSTALL first (platform.md 1.5). */
export function finishInstall(portal: PortalState): void {
  const { app } = portal.world
  if (app.state !== 'installing') throw new Error('installFinish outside of an installation')
  app.state = 'installed'
  const data = { VERSION: String(app.version), ACTIVE: 'Y', INSTALLED: 'Y', LANGUAGE_ID: portal.world.lang }
  raiseLifecycle(portal, 'ONAPPINSTALL', data, { userId: app.installerId })
}

/**
 * A new version: handlers and widgets stay, automation rules go, and ONAPPUPDATE, if it comes, tells the new
 * application_token (platform.md 1.2, 1.5, 5.10). With `reinstall` the version has an installer: the app counts as not
 * installed until `finishInstall`, nothing is sent to it meanwhile, and what happens meanwhile kills its subscriptions (3.1).
 */
export function updateApp(portal: PortalState, { reinstall = false } = {}): void {
  const { world, switches } = portal
  const { app, lang } = world
  app.version += 1
  app.applicationToken = randomHex(32)
  if (reinstall) app.state = 'installing'
  if (switches.robotsDroppedOnUpdate === 'yes') world.robots = []
  if (switches.appUpdateEvent === 'none') return
  const data = { VERSION: String(app.version), PREVIOUS_VERSION: String(app.version - 1), LANGUAGE_ID: lang }
  raiseLifecycle(portal, 'ONAPPUPDATE', data, { userId: app.installerId })
}

/** Removes the app: tokens, handlers, widgets and rules go; with `clean` its settings too (platform.md 1.5). */
export function uninstallApp(portal: PortalState, clean: 0 | 1 = 0): void {
  const { world } = portal
  revokeTokens(portal.emulator.tokens, portal.memberId)
  raiseLifecycle(portal, 'ONAPPUNINSTALL', { LANGUAGE_ID: world.lang, CLEAN: String(clean) }, NOBODY)
  Object.assign(world, { bindings: [], placements: [], robots: [], automationTriggers: [] })
  world.app.state = 'absent'
  if (!clean) return
  world.appOptions = {}
  world.userOptions = new Map()
}

/** The trial or the paid time is over, or was paid again. */
export function setPaymentExpired(portal: PortalState, expired: boolean): void {
  const { app, lang } = portal.world
  const data = {
    CODE: portal.emulator.appCode,
    VERSION: String(app.version),
    STATUS: app.status,
    PAYMENT_EXPIRED: expired ? 'Y' : 'N',
    DAYS: '0',
    LANGUAGE_ID: lang,
  }
  app.paymentExpired = false
  raise(portal, 'ONAPPPAYMENT', data, { userId: app.installerId })
  app.paymentExpired = expired
}

/** To bound handlers, as any event, and to the one in the version card. */
function raiseLifecycle(portal: PortalState, event: string, data: Record<string, unknown>, cause: Cause): void {
  const { app } = portal.world
  raise(portal, event, data, cause)
  if (app.eventHandlerUrl === null) return
  const card = { id: 1, event, handler: app.eventHandlerUrl, authType: 0, boundBy: app.installerId }
  raiseTo(portal, [card], event, data, cause)
}
