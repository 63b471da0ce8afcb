import { portalAuth, refusedTokenAuth, tokenAuth } from '../events/auth.ts'
import { register } from '../events/registration.ts'
import { postForm } from '../http/post-form.ts'
import { setPaymentExpired, uninstallApp as uninstall, updateApp as update } from '../install.ts'
import { expireTokens as expire } from '../oauth/token-store.ts'
import { SEED } from '../seed/names.ts'
import type { PortalState } from '../state.ts'
import { unixSeconds } from '../world/dates.ts'
import { typeOf } from '../world/entity-types.ts'
import type { ItemRef } from '../world/item.ts'
import { randomHex } from '../world/random.ts'
import type { RobotRun } from '../world/registration.ts'

/** The portal gets another address; the old one answers 302 (platform.md 2.4). */
export function renamePortal(portal: PortalState): Promise<void> {
  return portal.rename()
}

/** Another installed app binds an event: the portal passes it to REST as long as that app listens (platform.md 3.1). */
export function bindForOtherApp(portal: PortalState, event: string): void {
  portal.world.otherListeners.push(event)
  register(portal, event)
}

export const updateApp = update
export const uninstallApp = uninstall

/** The paid time is over (`true`) or was paid for again: ONAPPPAYMENT, and PAYMENT_REQUIRED on refreshing. */
export const expirePayment = setPaymentExpired

/** Lets the access tokens of a user (of all) expire; their refresh tokens go on working. */
export function expireTokens(portal: PortalState, userId?: number): void {
  expire(portal.emulator.tokens, portal.memberId, userId)
}

/**
 * An automation rule of the app comes up for an item: its handler is called with tokens of the user whom the rule names, else
 * of AUTH_USER_ID, and the process waits for the answer (platform.md 5.10).
 */
export async function runRobot(
  portal: PortalState,
  code: string,
  document: ItemRef,
  properties: Record<string, unknown> = {},
  { userId }: { userId?: number } = {},
): Promise<RobotRun> {
  const robot = portal.world.robots.find((known) => known.code === code)
  if (!robot) throw new Error(`There is no automation rule ${code} in this portal`)
  const names = documentNames(portal, document)
  if (robot.documents && !robot.documents.includes(names[1] ?? ''))
    throw new Error(`${code} is not offered for ${names[2]}`)
  const run: RobotRun = {
    eventToken: `${randomHex(13)}.${randomHex(8)}|A${SEED.users.admin}_1|${randomHex(32)}`,
    code,
    document,
    properties,
    status: null,
    waits: robot.useSubscription,
    returnValues: null,
    logMessage: null,
  }
  portal.world.robotRuns.push(run)
  const body = {
    workflow_id: randomHex(13),
    code,
    document_id: [...names.slice(0, 2), `${names[2]}_${document.id}`],
    document_type: names,
    event_token: run.eventToken,
    properties,
    use_subscription: robot.useSubscription ? 'Y' : 'N',
    timeout_duration: '0',
    ts: String(unixSeconds(new Date())),
    auth: { ...robotTokens(portal, userId ?? robot.authUserId), ...portalAuth(portal) },
  }
  run.status = await postForm(robot.handler, body, portal.queue.stopped.signal)
  return run
}

/** Tokens of a rule's call: those of its user, none, or such as the portal refuses (switch `robotCallTokens`). */
function robotTokens(portal: PortalState, userId: number) {
  const owner = userId || portal.world.app.installerId
  if (portal.switches.robotCallTokens === 'none') return {}
  if (portal.switches.robotCallTokens === 'refused') return refusedTokenAuth(portal, owner)
  return portal.world.users.get(owner)?.active ? tokenAuth(portal, owner, true, 1) : refusedTokenAuth(portal, owner)
}

/** The triple that names a kind of document in business processes. */
function documentNames({ world }: PortalState, { entityTypeId }: ItemRef): string[] {
  const classes: Record<number, string> = {
    1: 'CCrmDocumentLead',
    2: 'CCrmDocumentDeal',
    7: 'Bitrix\\Crm\\Integration\\BizProc\\Document\\Quote',
    31: 'Bitrix\\Crm\\Integration\\BizProc\\Document\\SmartInvoice',
  }
  const general = 'Bitrix\\Crm\\Integration\\BizProc\\Document\\Dynamic'
  return ['crm', classes[entityTypeId] ?? general, typeOf(world, entityTypeId)?.symbol ?? `DYNAMIC_${entityTypeId}`]
}
