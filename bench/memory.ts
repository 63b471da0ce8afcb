import { setTimeout as sleep } from 'node:timers/promises'
import type { Sealer } from '../lib/store/sealing.ts'
import { addPortals, moveDeals } from './many-portals.ts'
import type { MeasuredSetting } from './measured-setting.ts'
import { progress } from './print.ts'
import type { Report } from './results.ts'

const PORTALS = [1, 100, 1000]

/** E-mails of the first portal that make the process learn before anything is measured. */
const WARM_UP = 60

/** Idle connections are closed after this, milliseconds: what stays is what a portal that rests takes. */
const REST_MS = 6000

const MB = 2 ** 20

/**
 * What a process takes in memory with ever more portals. Each of them (`many-portals.ts`) has had one e-mail that moved a deal.
 */
export async function memory(setting: MeasuredSetting, sealer: Sealer, report: Report): Promise<void> {
  const [first] = setting.portals
  if (!first) throw new Error('There is no portal')
  progress('warming up')
  await moveDeals(
    setting,
    Array.from({ length: WARM_UP }, () => first),
  )
  let base: { rss: number; heapUsed: number } | null = null
  for (const count of PORTALS) {
    const added = await addPortals(setting, sealer, count)
    await moveDeals(setting, added)
    progress('resting')
    await sleep(REST_MS)
    const { rss, heapUsed } = await setting.measured.collected()
    base ??= { rss, heapUsed }
    const name = count === 1 ? '1 portal' : `${count} portals`
    const each = (bytes: number) => (count === 1 ? 0 : bytes / (count - 1) / 1024)
    report(name, rss / MB, 'MB resident')
    report(name, heapUsed / MB, 'MB of heap')
    report(name, each(rss - base.rss), 'kB resident, each further one')
    report(name, each(heapUsed - base.heapUsed), 'kB of heap, each further one')
  }
}
