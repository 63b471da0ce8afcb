import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { postEvents } from '../handlers/events.ts'
import { createAttemptLimits } from '../handlers/http/attempt-limits.ts'
import { readPosted } from '../handlers/http/posted-pairs.ts'
import { createInbox } from '../lib/queue/inbox.ts'
import { SEED } from '../test/portal/index.ts'
import { startRig } from '../test/rig.ts'
import { postMany } from './post-event.ts'

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
  const single = createServer(
    express().post(
      '/events',
      readPosted,
      postEvents(
        rig.stagecue,
        createInbox(rig.stagecue.db, rig.stagecue.clock, 1),
        createAttemptLimits(rig.stagecue.clock),
      ),
    ),
  )
  const [bareUrl, singleUrl] = [await listen(bare), await listen(single)]
  try {
    const post = (url: string, count: number) => postMany(url, [rig.portal], { count, atOnce: AT_ONCE })
    for (const url of [bareUrl, singleUrl, rig.url]) await post(url, 100)
    const floor = await post(bareUrl, EVENTS)
    const alone = await post(singleUrl, EVENTS)
    const ours = await post(rig.url, EVENTS)
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
