import { setTimeout as sleep } from 'node:timers/promises'
import type { Portal } from '../test/portal/index.ts'
import { type HttpConnection, openConnection } from './http-connection.ts'

/** How often the timer of `latencies` comes round, milliseconds. */
const TICK_MS = 10

/** Posts so many forms to `/events` over so many connections, each of which sends the next one when it is answered; forms a second. */
export async function throughput(
  url: string,
  form: (index: number) => string,
  { count, connections }: { count: number; connections: number },
): Promise<number> {
  const open = Array.from({ length: connections }, () => openConnection(url))
  const begun = performance.now()
  let sent = 0
  await Promise.all(
    open.map(async (connection) => {
      while (sent < count) await mustBeTaken(connection, form(sent++))
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  for (const connection of open) connection.close()
  return count / seconds
}

/** Posts so many forms a second whether the ones before are answered or not; milliseconds of each from the moment it was due. */
export async function latencies(
  url: string,
  form: (index: number) => string,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<number[]> {
  const idle: HttpConnection[] = []
  const open: HttpConnection[] = []
  const fresh = () => {
    const connection = openConnection(url)
    open.push(connection)
    return connection
  }
  const begun = performance.now()
  const posts: Promise<number>[] = []
  while (posts.length < perSecond * seconds) {
    for (; posts.length < ((performance.now() - begun) / 1000) * perSecond; ) {
      const dueAt = begun + (posts.length / perSecond) * 1000
      const connection = idle.shift() ?? fresh()
      const posted = mustBeTaken(connection, form(posts.length)).then(() => {
        idle.push(connection)
        return performance.now() - dueAt
      })
      // Who fails is told below: until then nobody waits for it.
      posted.catch(() => {})
      posts.push(posted)
    }
    await sleep(TICK_MS)
  }
  const times = await Promise.all(posts)
  for (const connection of open) connection.close()
  return times
}

async function mustBeTaken(connection: HttpConnection, form: string): Promise<void> {
  const status = await connection.post('/events', form)
  if (status !== 200) throw new Error(`/events answered ${status}`)
}

/** The end of a call as a portal tells it, each of a call of its own. */
export function callEnd({ memberId, applicationToken }: Portal, call: string): string {
  const auth = { 'auth[member_id]': memberId, 'auth[application_token]': applicationToken }
  const data = { 'data[CALL_ID]': call, 'data[CALL_TYPE]': '1' }
  return new URLSearchParams({ event: 'ONVOXIMPLANTCALLEND', ts: '1788000456', ...data, ...auth }).toString()
}
