import type { StopScope } from '../domain/stop.ts'
import type { Log } from '../log.ts'
import type { Db } from '../store/database.ts'
import { EVERY_PORTAL, listAllStops } from '../store/stopped-links.ts'
import type { TrackedLink } from './link-content.ts'
import { stopsOf } from './stop.ts'

/** Which links are stopped, kept in memory: links lead on while the database is down, and so do stops. */
export type StoppedLinks = Readonly<{
  has(link: TrackedLink): boolean
  /** Reads the table now. */
  refresh(): Promise<void>
  close(): void
}>

/** After so long a stop counts that another process stored, milliseconds. */
const REFRESH_MS = 10_000

/** Reads the table, and again every ten seconds until `close`. Throws when it cannot be read the first time. */
export async function createStoppedLinks(db: Db, log: Log): Promise<StoppedLinks> {
  let stopped: ReadonlySet<string> = new Set()
  const refresh = async (): Promise<void> => {
    const rows = await listAllStops(db)
    stopped = new Set(rows.map(({ member_id, what, hash }) => keyOf(member_id, { what, hash })))
  }
  await refresh()
  const timer = setInterval(() => {
    refresh().catch((error: Error) =>
      log.warn({ error: error.name }, 'Stopped links could not be read: known ones stay'),
    )
  }, REFRESH_MS)
  timer.unref()
  return {
    has: (link) =>
      stopped.size > 0 &&
      stopsOf(link).some((stop) => stopped.has(keyOf(link.portal, stop)) || stopped.has(keyOf(EVERY_PORTAL, stop))),
    refresh,
    close: () => clearInterval(timer),
  }
}

function keyOf(memberId: string, { what, hash }: Readonly<{ what: StopScope; hash: string }>): string {
  return `${memberId} ${what} ${hash}`
}
