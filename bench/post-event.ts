import { postForm } from '../test/portal/http/post-form.ts'
import type { Portal } from '../test/portal/index.ts'

const NEVER = new AbortController().signal

/** An event as the portal posts it; must be answered 200. */
export async function postEvent(
  url: string,
  { memberId, applicationToken }: Pick<Portal, 'memberId' | 'applicationToken'>,
  event: string,
  data: Record<string, string>,
): Promise<void> {
  const auth = { 'auth[member_id]': memberId, 'auth[application_token]': applicationToken }
  const ts = String(Math.floor(Date.now() / 1000))
  // A connection of its own, as portals open for each: one that rests may be closed just then.
  const status = await postForm(`${url}/events`, { event, ts, ...data, ...auth }, NEVER)
  if (status !== 200) throw new Error(`/events answered ${status ?? 'nothing'}`)
}
