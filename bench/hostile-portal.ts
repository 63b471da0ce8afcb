/**
 * A portal whose owner means no good, in a thread of its own: what he and his emulated portal are busy with stops nobody else's clock.
 * See `hostile-thread.ts`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import { installApp } from '../test/chaos/setting.ts'
import { type Portal, startEmulator } from '../test/portal/index.ts'
import { attacks } from '../test/security/attacks.ts'
import type { Answers, Asked } from './hostile-thread.ts'

/** Between two attacks: the thread answers what Stagecue asks its portal. */
const PAUSE_MS = 20

const emulator = await startEmulator()
let url = ''
let portal: Portal | null = null

const answers: { [Name in keyof Answers]: (asked: Asked[Name]) => Promise<Answers[Name]> } = {
  servers: async () => [...emulator.oauthUrls],
  async install(given) {
    url = given.url
    portal = await emulator.addPortal({ appUrl: url, eventDelayMs: [0, 0], limits: { enabled: false } })
    await installApp(url, portal)
    return portal.memberId
  },
  async attack({ name, ms }) {
    const attack = attacks[name]
    if (!attack || !portal) throw new Error(`No attack ${name}`)
    const until = performance.now() + ms
    let times = 0
    while (performance.now() < until) {
      await Promise.all([attack({ url, portal }), sleep(PAUSE_MS)])
      times += 1
    }
    portal.faults.waiting.splice(0)
    return times
  },
}

parentPort?.on('message', async ({ name, asked }: { name: keyof Answers; asked: never }) => {
  try {
    parentPort?.postMessage({ answer: await answers[name](asked) })
  } catch (error) {
    parentPort?.postMessage({ error: String(error) })
  }
})
