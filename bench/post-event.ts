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

/** Events of that kind of which nothing follows, one after the other in so many lines; milliseconds. */
export async function postMany(
  url: string,
  portals: readonly Pick<Portal, 'memberId' | 'applicationToken'>[],
  { count, atOnce }: { count: number; atOnce: number },
): Promise<number> {
  const begun = performance.now()
  let left = count
  const runner = async () => {
    while (left > 0) {
      left -= 1
      const portal = portals[left % portals.length]
      if (portal) await postEvent(url, portal, 'ONVOXIMPLANTCALLEND', callEnds)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, runner))
  return performance.now() - begun
}

/** The end of a call: where no trigger is served by it, what is measured is the acknowledgement alone. */
const callEnds = { 'data[CALL_ID]': 'BENCH.1', 'data[CALL_TYPE]': '1' }
