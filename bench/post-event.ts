import type { Portal } from '../test/portal/index.ts'

const headers = { 'content-type': 'application/x-www-form-urlencoded' }

/** An event as the portal posts it; must be answered 200. */
export async function postEvent(
  url: string,
  { memberId, applicationToken }: Pick<Portal, 'memberId' | 'applicationToken'>,
  event: string,
  data: Record<string, string>,
): Promise<void> {
  const auth = { 'auth[member_id]': memberId, 'auth[application_token]': applicationToken }
  const ts = String(Math.floor(Date.now() / 1000))
  const body = new URLSearchParams({ event, ts, ...data, ...auth }).toString()
  const response = await fetch(`${url}/events`, { method: 'POST', headers, body })
  await response.arrayBuffer()
  if (response.status !== 200) throw new Error(`/events answered ${response.status}`)
}
