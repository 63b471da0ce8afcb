import type { PortalState } from '../state.ts'
import { unixSeconds } from '../world/dates.ts'
import { itemEventFields, itemEventNames } from '../world/entity-types.ts'
import type { ItemRef } from '../world/item.ts'
import type { EventBinding } from '../world/registration.ts'
import { type Cause, eventAuth } from './auth.ts'
import { post } from './deliver.ts'
import { atEndOfHit } from './hit.ts'
import { isPassedOn } from './registration.ts'

/** Chains of events and calls with the events' own tokens are cut after so many links (platform.md 10.15). */
const LONGEST_CHAIN = 7

/** Sends an event to all its handlers, if it is passed on and the app is installed and paid for (platform.md 1.2, 3.1, 3.2). */
export function raise(portal: PortalState, event: string, data: Record<string, unknown>, cause: Cause): void {
  if (!isPassedOn(portal, event)) return
  raiseTo(
    portal,
    portal.world.bindings.filter((binding) => binding.event === event),
    event,
    data,
    cause,
  )
}

/** As `raise`, to handlers that were gathered before they were removed. */
export function raiseTo(
  portal: PortalState,
  bindings: EventBinding[],
  event: string,
  data: Record<string, unknown>,
  cause: Cause,
): void {
  const { app } = portal.world
  if (app.state !== 'installed' || app.paymentExpired || (cause.chain ?? 0) > LONGEST_CHAIN) return
  const ts = String(unixSeconds(cause.at ?? new Date()))
  for (const binding of bindings) {
    atEndOfHit(JSON.stringify([portal.memberId, binding.id, event, data]), () => {
      const auth = eventAuth(portal, event, binding, cause)
      const body = { event, event_handler_id: String(binding.id), data, ts, auth }
      post(portal, { event, handler: binding.handler, body })
    })
  }
}

/** ADD, UPDATE or DELETE of a CRM item, under the names of its kind. */
export function raiseItem(
  portal: PortalState,
  { entityTypeId, id }: ItemRef,
  change: 'ADD' | 'UPDATE' | 'DELETE',
  cause: Cause,
): void {
  for (const event of itemEventNames(entityTypeId, change)) {
    raise(portal, event, { FIELDS: itemEventFields(entityTypeId, id) }, cause)
  }
}

export function raiseActivity(
  portal: PortalState,
  id: number,
  change: 'ADD' | 'UPDATE' | 'DELETE',
  cause: Cause,
): void {
  raise(portal, `ONCRMACTIVITY${change}`, { FIELDS: { ID: String(id) } }, cause)
}
