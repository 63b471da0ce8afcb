import { postForm } from '../http/post-form.ts'
import type { DeliveryLogEntry, PortalState } from '../state.ts'
import { happens } from '../world/random.ts'
import { enqueue } from './queue.ts'

/** One event on its way to one handler. */
export interface Letter {
  event: string
  handler: string
  body: Record<string, unknown>
}

/** Sends a letter once, sometimes never or twice (switches `lostDelivery`, `duplicateDelivery`). */
export function post(portal: PortalState, letter: Letter): void {
  if (happens(portal.random, portal.switches.lostDelivery)) {
    portal.deliveries.push(entry(letter, { lost: true, duplicate: false }))
    return
  }
  enqueue(portal, () => send(portal, letter, false))
  if (happens(portal.random, portal.switches.duplicateDelivery)) enqueue(portal, () => send(portal, letter, true))
}

/** One attempt, five seconds, no redirects (platform.md 3.2): whatever goes wrong, the event is gone. */
async function send(portal: PortalState, letter: Letter, duplicate: boolean): Promise<void> {
  const logged = entry(letter, { lost: false, duplicate })
  portal.deliveries.push(logged)
  logged.status = await postForm(letter.handler, letter.body, portal.queue.stopped.signal)
}

function entry(letter: Letter, fate: { lost: boolean; duplicate: boolean }): DeliveryLogEntry {
  const { event, handler, body } = letter
  return { at: new Date(), event, handler, status: null, ...fate, body }
}
