import type { Rig } from './rig.ts'

/** Posts an event to `/events` as the portal would, with the right token unless fields say otherwise; returns the status. */
export async function sendEvent(rig: Rig, event: string, fields: Record<string, string>): Promise<number> {
  const body = new URLSearchParams({
    event,
    ts: String(Math.floor(Date.now() / 1000)),
    'auth[domain]': rig.portal.domain,
    'auth[member_id]': rig.portal.memberId,
    'auth[application_token]': rig.portal.applicationToken,
    ...fields,
  })
  const response = await fetch(`${rig.url}/events`, { method: 'POST', body })
  await response.arrayBuffer()
  return response.status
}
