import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { postEvents, readEventText } from '../handlers/events.ts'
import { SEED } from '../test/portal/index.ts'
import { startRig } from '../test/rig.ts'

const EVENTS = 1000
const AT_ONCE = 50

/**
 * How fast `/events` answers (check, commit, 200) against an Express handler that does nothing, in one run; and against itself with a
 * commit for each event.
 */
export async function acknowledge(): Promise<void> {
  const rig = await startRig()
  await rig.as(SEED.users.sam)
  const bare = createServer(
    express().post('/events', express.text({ type: () => true }), (_, response) => void response.json({ ok: true })),
  )
  const single = createServer(express().post('/events', readEventText, postEvents(rig.stagecue, 1)))
  const [bareUrl, singleUrl] = [await listen(bare), await listen(single)]
  try {
    // The end of a call, which no trigger of this portal is served by: what is measured is the acknowledgement alone.
    const body = new URLSearchParams({
      event: 'ONVOXIMPLANTCALLEND',
      'data[CALL_ID]': 'BENCH.1',
      'data[CALL_TYPE]': '1',
      ts: '1788000000',
      'auth[member_id]': rig.portal.memberId,
      'auth[application_token]': rig.portal.applicationToken,
    }).toString()
    for (const url of [bareUrl, singleUrl, rig.url]) await post(url, body, 100)
    const floor = await post(bareUrl, body, EVENTS)
    const alone = await post(singleUrl, body, EVENTS)
    const ours = await post(rig.url, body, EVENTS)
    const line = (what: string, ms: number) => `${what.padEnd(56)}${Math.round((EVENTS / ms) * 1000)} per second`
    console.log(line(`bare Express handler, ${AT_ONCE} at once`, floor))
    console.log(line('/events on SQLite (WAL, FULL), a commit for each event', alone))
    console.log(line('/events on SQLite (WAL, FULL), commits shared', ours))
    console.log(`${'sharing commits is faster by'.padEnd(56)}${(alone / ours).toFixed(1)}`)
    console.log(`${'a bare handler is faster than ours by'.padEnd(56)}${(ours / floor).toFixed(1)}`)
  } finally {
    for (const server of [bare, single]) {
      server.closeAllConnections()
      server.close()
    }
    await rig.stop()
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Milliseconds for so many posts, some at once; every one must be answered 200. */
async function post(url: string, body: string, count: number): Promise<number> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const begun = performance.now()
  let left = count
  const runner = async () => {
    while (left-- > 0) {
      const response = await fetch(`${url}/events`, { method: 'POST', headers, body })
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`/events answered ${response.status}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, runner))
  return performance.now() - begun
}
