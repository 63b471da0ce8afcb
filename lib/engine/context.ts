import type { PortalClients } from '../bitrix24/client/portal-clients.ts'
import type { Names } from '../bitrix24/directory/user-names.ts'
import type { Portal } from '../domain/portal.ts'
import type { LinkKeys } from '../links.ts'
import type { JobHandler as Handler, QueueDeps, Turn } from '../queue/job.ts'
import { findPortal } from '../store/portals.ts'

/** Waiting times of the engine in seconds (`design.md` 6). */
export type Timing = {
  /** Looks for bindings that come late, counted from when we first heard of it. */
  lateBindingSeconds: readonly number[]
  callRecheckSeconds: number
  settleSeconds: number
  clickHoldSeconds: number
}

/** What the engine works with. */
export type EngineDeps = QueueDeps & {
  clients: PortalClients
  timing: Timing
  names: Names
  /** Tell our tracked links from others. */
  linkKeys: LinkKeys
}

/** One portal is looked at; nothing may be written. */
export type PortalContext = EngineDeps & { portal: Portal }

/** Reads the portal anew for every batch but the turn's first: an administrator may have paused it meanwhile. Null: it was erased. */
export function contextOf(deps: EngineDeps): (turn: Turn, home: Portal | null) => Promise<JobContext | null> {
  return async (turn, home) => {
    const portal = home ?? (await findPortal(turn.db, turn.tenant))
    return portal && { ...deps, ...turn, portal }
  }
}

/** What jobs of one portal work with. */
export type JobContext = PortalContext & Turn

/** Does jobs of one type for a portal (`lib/queue/job.ts`). */
export type JobHandler<Data = unknown> = Handler<JobContext, Data>
