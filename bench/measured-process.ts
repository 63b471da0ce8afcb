import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { basename, join } from 'node:path'
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
  /** Statements of either engine, `begin` and `commit` too. */
  statementCount: number
  /** How often PostgreSQL was waited for: what is sent while its connection waits already goes with what is under way. */
  roundTripCount: number
}

/** A process of Stagecue that can be asked what it uses: `environment` is to be added to its own (`test/chaos/setting.ts`). */
export type MeasuredProcess = {
  environment: Record<string, string>
  usage(): Promise<Usage>
  /** After garbage was collected. */
  collected(): Promise<Usage>
  /** How long its event loop did not come round at most since this was last asked, milliseconds. */
  longestPauseMs(): Promise<number>
}

export async function measuredProcess(): Promise<MeasuredProcess> {
  const port = await freePort()
  const ask = async <Answer>(path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).json() as Promise<Answer>
  return {
    environment: {
      NODE_OPTIONS: `--import=${plainProbe()}`,
      BENCH_PROBE_PORT: String(port),
    },
    usage: () => ask<Usage>('/'),
    collected: () => ask<Usage>('/collected'),
    longestPauseMs: async () => (await ask<{ ms: number }>('/pauses')).ms,
  }
}

/** The probe and what it imports without types: what strips them would take 26 MB of the process that is measured. They lie where packages are found. */
function plainProbe(): string {
  const counter = plain('../test/count-statements.ts')
  return pathToFileURL(plain('probe.ts', { '../test/count-statements.ts': `./${basename(counter)}` })).href
}

/** Writes a file of this folder without types, and with other names of what it imports. */
function plain(file: string, imports: Readonly<Record<string, string>> = {}): string {
  const folder = join(import.meta.dirname, '../node_modules/.cache')
  const written = join(folder, `stagecue-${basename(file, '.ts')}.mjs`)
  const text = stripTypeScriptTypes(readFileSync(join(import.meta.dirname, file), 'utf8'))
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    written,
    Object.entries(imports).reduce((all, [from, to]) => all.replace(from, to), text),
  )
  return written
}
