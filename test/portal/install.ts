import { raise, raiseTo } from './events/raise.ts'
import { type FrameParams, frameParams } from './frame/params.ts'
import { revokeTokens } from './oauth/token-store.ts'
import type { PortalState } from './state.ts'
import { randomHex } from './world/random.ts'
import type { EventBinding } from './world/registration.ts'

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
  raiseTo(portal, lifecycleHandlers(portal, 'ONAPPINSTALL'), 'ONAPPINSTALL', data, { userId: app.installerId })
}

/**
 * A new version: all handlers are removed, and ONAPPUPDATE tells the new application_token (platform.md 1.2, 1.5).
 * With `reinstall` the app counts as not installed until `finishInstall`, as after a version with a new installer.
 */
export function updateApp(portal: PortalState, { reinstall = false } = {}): void {
  const { app, lang } = portal.world
  const handlers = lifecycleHandlers(portal, 'ONAPPUPDATE')
  portal.world.bindings = []
  app.version += 1
  app.applicationToken = randomHex(32)
  const data = { VERSION: String(app.version), PREVIOUS_VERSION: String(app.version - 1), LANGUAGE_ID: lang }
  raiseTo(portal, handlers, 'ONAPPUPDATE', data, { userId: app.installerId })
  if (reinstall) app.state = 'installing'
}

/** Removes the app: tokens, handlers, widgets and rules go; with `clean` its settings too (platform.md 1.5). */
export function uninstallApp(portal: PortalState, clean: 0 | 1 = 0): void {
  const { world } = portal
  const handlers = lifecycleHandlers(portal, 'ONAPPUNINSTALL')
  revokeTokens(portal.emulator.tokens, portal.memberId)
  raiseTo(portal, handlers, 'ONAPPUNINSTALL', { LANGUAGE_ID: world.lang, CLEAN: String(clean) }, { userId: null })
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

/** Bound handlers and the one in the version card. */
function lifecycleHandlers(portal: PortalState, event: string): EventBinding[] {
  const { app, bindings } = portal.world
  const bound = bindings.filter((binding) => binding.event === event)
  const card = { id: 1, event, handler: app.eventHandlerUrl ?? '', authType: 0, boundBy: app.installerId }
  return app.eventHandlerUrl ? [...bound, card] : bound
}
