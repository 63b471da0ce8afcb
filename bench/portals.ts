import { whileManyOpen } from './many-portals.ts'
import { memory } from './memory.ts'
import type { Report } from './results.ts'
import { start } from './start.ts'

/** Memory with ever more portals, and then how a process starts with so many: both in one setting, as portals take long to make. */
export async function portals(report: Report): Promise<void> {
  await whileManyOpen(async (setting, sealer) => {
    await memory(setting, sealer, report)
    await start(setting, report)
  })
}
