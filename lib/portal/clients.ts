import { setTimeout as sleep } from 'node:timers/promises'
import { openTokens, type TokenPair } from '../store/access.ts'
import type { Db } from '../store/database.ts'
import { findAccess } from '../store/find-access.ts'
import { findPortal } from '../store/find-portal.ts'
import { findReader } from '../store/find-reader.ts'
import { markAccessDead } from '../store/mark-access-dead.ts'
import type { Sealer } from '../store/seal.ts'
import { touchAccess } from '../store/touch-access.ts'
import { portalEndpoint } from './address.ts'
import { type Budget, budgetState, createBudget, type Time } from './budget.ts'
import { callWith } from './call-with.ts'
import { createClient } from './client.ts'
import { AccessDead } from './errors.ts'
import { exchange } from './exchange.ts'
import { createLink, type Link } from './link.ts'
import { createLru } from './lru.ts'
import type { PortalConfig, PortalLog } from './portal-config.ts'
import { prove } from './prove.ts'
import { type RefreshDeps, refreshAccess } from './refresh-access.ts'
import { createRestLog } from './rest-log.ts'
import { createConnections } from './sdk.ts'
import type { Lane, PortalClient, PortalClients } from './types.ts'

/** What the clients of all portals stand on. The times (milliseconds) and `time` are for tests. */
export type PortalClientsDeps = Readonly<{
  db: Db
  config: PortalConfig
  sealer: Sealer
  clock: () => Date
  log: PortalLog
  time?: Pick<Time, 'sleep' | 'random'>
  portalTimeoutMs?: number
  oauthTimeoutMs?: number
}>

/** About 20 KiB each (`libraries.md` 1). */
const keptLinks = 2000

/** How exactly the last use of an access is remembered, milliseconds. */
const touchEvery = 60_000

/** A portal that redirects without having moved must not make us refresh with every call, milliseconds. */
const renameCheckEvery = 60_000

export function createPortalClients(deps: PortalClientsDeps): PortalClients {
  const { db, clock } = deps
  const time: Time = { clock, sleep: deps.time?.sleep ?? sleep, random: deps.time?.random ?? Math.random }
  const connections = createConnections(deps.config, deps.portalTimeoutMs)
  const restLog = createRestLog(db, deps.log)
  const budgets = new Map<string, Budget>()
  const links = createLru<Link>(keptLinks)
  const touched = createLru<number>(keptLinks)
  const renameChecks = createLru<number>(keptLinks)
  const refreshDeps: RefreshDeps = { ...deps, sleep: time.sleep, underWay: new Map<string, Promise<TokenPair>>() }

  const budgetOf = (portal: string) => {
    const budget = budgets.get(portal) ?? createBudget(time)
    budgets.set(portal, budget)
    return budget
  }

  /** The link of that user at the portal's present address; a new one after the access or the address changed. */
  const connect = async (portal: string, userId: number, lane: Lane): Promise<Link> => {
    const [access, home] = [await findAccess(db, portal, userId), await findPortal(db, portal)]
    if (access === null || !access.live || home === null) throw new AccessDead({ code: 'NO_ACCESS' })
    if (access.sealed.refreshToken === null && access.expiresAt <= clock()) {
      await markAccessDead(db, portal, userId, access.issuedAt)
      throw new AccessDead({ code: 'NOT_RENEWABLE', text: 'the access was given for an hour, which is over' })
    }
    const key = `${portal}/${userId}/${lane}`
    const known = links.get(key)
    const endpoint = portalEndpoint(home.endpoint, deps.config)
    if (known?.target.endpoint === endpoint && known.issuedAt.getTime() === access.issuedAt.getTime()) return known
    const { accessToken, expiresAt } = openTokens(deps.sealer, access)
    const target = { memberId: portal, userId, endpoint, tokens: { accessToken, expiresAt } }
    const { issuedAt } = access
    const refresh = () => refreshAccess(refreshDeps, { portal, userId, issuedAt })
    const link = createLink(target, issuedAt, { connections, budget: budgetOf(portal), lane, restLog, clock, refresh })
    links.set(key, link)
    return link
  }

  const connectReader = async (portal: string, lane: Lane): Promise<Link> => {
    // Each turn that fails has marked an access dead, so the next one finds another administrator or nobody.
    for (;;) {
      const userId = await findReader(db, portal)
      if (userId === null) throw new AccessDead({ code: 'NO_READER', text: 'no administrator has a live access' })
      try {
        return await connect(portal, userId, lane)
      } catch (error) {
        if (!(error instanceof AccessDead)) throw error
      }
    }
  }

  /** A redirect is believed only when the OAuth server names another address too (`design.md` 8). */
  const moved = async ({ target, issuedAt }: Link): Promise<boolean> => {
    const { memberId: portal, userId, endpoint } = target
    const isElsewhere = async () => (await findPortal(db, portal))?.endpoint !== endpoint
    if (await isElsewhere()) return true
    const now = clock().getTime()
    if (now - (renameChecks.get(portal) ?? Number.NEGATIVE_INFINITY) < renameCheckEvery) return false
    renameChecks.set(portal, now)
    await refreshAccess(refreshDeps, { portal, userId, issuedAt })
    return isElsewhere()
  }

  const refused = async ({ target, issuedAt }: Link, why: AccessDead): Promise<void> => {
    const { memberId: portal, userId } = target
    if (await markAccessDead(db, portal, userId, issuedAt)) {
      deps.log.warn({ portal, userId, code: why.code }, 'the portal refuses this access: marked dead')
    }
  }

  const served = ({ target }: Link): void => {
    const now = clock().getTime()
    const key = `${target.memberId}/${target.userId}`
    if (now - (touched.get(key) ?? Number.NEGATIVE_INFINITY) < touchEvery) return
    touched.set(key, now)
    void touchAccess(db, target.memberId, target.userId, clock()).catch(() => {
      deps.log.warn({ portal: target.memberId }, 'the last use of an access cannot be stored')
    })
  }

  const client = async (portal: string, connect: () => Promise<Link>): Promise<PortalClient> =>
    createClient(
      { portal, budget: budgetOf(portal), clock, links: { connect, moved, refused, served } },
      await connect(),
    )

  const tokenParts = (portal: string) => ({ ...deps, connections, budget: budgetOf(portal), restLog })

  return {
    as: (portal, userId, lane) => client(portal, () => connect(portal, userId, lane)),
    asReader: (portal, lane) => client(portal, () => connectReader(portal, lane)),
    prove: (at, token) => prove(tokenParts(at.memberId), at, token),
    callWith: (at, token, command) => callWith(tokenParts(at.memberId), at, token, command),
    exchange: (serverEndpoint, refreshToken) => exchange(deps, serverEndpoint, refreshToken),
    state: (portal) => budgetState(budgetOf(portal)),
    close: async () => {
      connections.http.destroy()
      connections.https.destroy()
      await restLog.flush()
    },
  }
}
