import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { freePort } from '../test/free-port.ts'

/** What a process has used since it was started. */
export type Usage = {
  /** Of all its threads, milliseconds. */
  cpuMs: number
  /** Resident, bytes. */
  rss: number
  /** Of JavaScript, bytes. */
  heapUsed: number
  /** How long its event loop did not come round at most since it was last asked, milliseconds. */
  longestPauseMs: number
  /** Statements of either engine, `begin` and `commit` too; on PostgreSQL each is a round trip. */
  statementCount: number
}

/** A process of Stagecue that can be asked what it uses: `environment` is to be added to its own (`test/chaos/setting.ts`). */
export type MeasuredProcess = {
  environment: Record<string, string>
  usage(): Promise<Usage>
  /** After garbage was collected. */
  collected(): Promise<Usage>
}

/** `nodeOptions`: what Node itself is told. */
export async function measuredProcess(nodeOptions = ''): Promise<MeasuredProcess> {
  const port = await freePort()
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).json() as Promise<Usage>
  return {
    environment: {
      NODE_OPTIONS: `--import=${plainProbe()} ${nodeOptions}`,
      BENCH_PROBE_PORT: String(port),
    },
    usage: () => ask('/'),
    collected: () => ask('/collected'),
  }
}

/** The probe without types: what strips them would take 26 MB of the process that is measured. It lies where its imports are found. */
function plainProbe(): string {
  const folder = join(import.meta.dirname, '../node_modules/.cache')
  const file = join(folder, 'stagecue-probe.mjs')
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, stripTypeScriptTypes(readFileSync(join(import.meta.dirname, 'probe.ts'), 'utf8')))
  return pathToFileURL(file).href
}
