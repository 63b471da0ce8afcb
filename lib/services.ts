import type { PortalClients } from './bitrix24/client/portal-clients.ts'
import type { Directory } from './bitrix24/directory/index.ts'
import type { ItemTitles } from './bitrix24/directory/item-titles.ts'
import type { Names } from './bitrix24/directory/user-names.ts'
import type { Config } from './config.ts'
import type { EngineDeps } from './engine/context.ts'
import type { StoppedLinks } from './links/stopped-links.ts'
import type { Log } from './log.ts'
import type { Db } from './store/database.ts'
import type { Sealer } from './store/sealing.ts'

/** The parts of lib, put together; handlers take it as their first parameter. */
export type Services = {
  config: Config
  db: Db
  clock: () => Date
  log: Log
  sealer: Sealer
  clients: PortalClients
  directory: Directory
  names: Names
  itemTitles: ItemTitles
  engine: EngineDeps
  stoppedLinks: StoppedLinks
  worker: {
    /** Something is due for the portal. */
    wake(portal: string): void
    /** Serves portals with due work, at once and then every second until `stop`. Resolves when the first look is over. */
    start(): Promise<void>
    /** Takes no further work, waits for what is under way (at most 30 seconds). */
    stop(): Promise<void>
  }
  /** Stops the worker and closes what is open. */
  close(): Promise<void>
}
