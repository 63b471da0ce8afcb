import { freePort } from '../test/free-port.ts'

/** What a process has used since it was started. */
export type Usage = {
  /** Of all its threads, milliseconds. */
  cpuMs: number
  /** Resident, bytes. */
  rss: number
  /** Of JavaScript, bytes. */
  heapUsed: number
  /** Statements of SQLite by their text. */
  statements: Record<string, { count: number; ms: number }>
}

/** A process of Stagecue that can be asked what it uses: `environment` is to be added to its own (`test/chaos/setting.ts`). */
export type MeasuredProcess = {
  environment: Record<string, string>
  usage(): Promise<Usage>
  /** After garbage was collected. */
  collected(): Promise<Usage>
}

export async function measuredProcess(): Promise<MeasuredProcess> {
  const port = await freePort()
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).json() as Promise<Usage>
  const probe = new URL('probe.ts', import.meta.url).href
  return {
    environment: {
      NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${probe}`,
      BENCH_PROBE_PORT: String(port),
    },
    usage: () => ask('/'),
    collected: () => ask('/collected'),
  }
}
