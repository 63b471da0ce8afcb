import type { Activity, Communication } from '../world/activity.ts'
import { bindingsOfClient, clientAmong, findClient, type Identity } from '../world/clients.ts'
import type { ItemRef } from '../world/item.ts'
import type { World } from '../world/world.ts'

/** What every act takes. */
export interface Happening {
  /** When it happened; now by default. Events of the act carry this time as `ts`. */
  at?: Date
  /** What the activity is bound to; by default what the portal itself would bind (platform.md 10.6). */
  bindings?: ItemRef[]
}

/** The wanted bindings, else those of the client who is known by phone or e-mail. */
export function bindingsFor(world: World, { bindings }: Happening, identity: Identity): ItemRef[] {
  return bindings ?? bindingsOfClient(world, identity)
}

/** The client's phone, address or chat as a communication of the activity. */
export function communication(type: Communication['type'], value: string, bindings: ItemRef[]): Communication[] {
  const client = clientAmong(bindings)
  return client ? [{ type, value, entityTypeId: client.entityTypeId, entityId: client.id }] : []
}

/** An e-mail address as a communication: of the client who has it, else of nobody, as one that was typed in. */
export function mailAddress(world: World, value: string): Communication[] {
  const { entityTypeId = 0, id: entityId = 0 } = findClient(world, { email: value }) ?? {}
  return [{ type: 'EMAIL', value, entityTypeId, entityId }]
}

/** The marks of what came in from a customer and waits for an answer. */
export const INCOMING = { direction: 1, isIncomingChannel: true } satisfies Partial<Activity>
