import { setTimeout as sleep } from 'node:timers/promises'
import type { LRUCache } from 'lru-cache'
import { boundedCache } from '../../bounded-cache.ts'
import type { Portal } from '../../domain/portal.ts'
import { findAccess, forgetLapsedAccess, isUsable, openTokens, restAccess, touchAccess } from '../../store/access.ts'
import { type AccessAtHome, findAccessAtHome, findServiceAccess, NO_SERVICE_USER } from '../../store/acting-users.ts'
import type { Db } from '../../store/database.ts'
import { findPortal } from '../../store/portals.ts'
import type { Sealer } from '../../store/sealing.ts'
import { portalEndpoint } from '../address.ts'
import { exchangeRefreshToken } from '../auth/exchange.ts'
import { limitExchanges } from '../auth/limit-exchanges.ts'
import { type RefreshDeps, refreshAccess, refreshWithin } from '../auth/refresh-access.ts'
import { verifyToken } from '../auth/verify-token.ts'
import type { PortalConfig, PortalLog } from '../config.ts'
import { createDrift } from '../drift/record-drift.ts'
import { AccessRevokedError } from '../errors/errors.ts'
import { type Budget, budgetState, createBudget, readBudget, setBucket, type Time } from '../rate-limit/budget.ts'
import { sumsOf } from '../rate-limit/budget-sums.ts'
import { localMeter, sharedMeter } from '../rate-limit/meter-store.ts'
import { batchWith } from './batch-with-token.ts'
import { callWith } from './call-with-token.ts'
import { type ClientParts, createClient } from './client.ts'
import { type Connection, createConnection } from './connection.ts'
import type { PortalClients } from './portal-clients.ts'
import { createRestLog } from './request-log.ts'
import type { Priority } from './rest.ts'
import { createHttpAgents } from './sdk.ts'

/** What the clients of all portals stand on. The times (milliseconds) and `time` are for tests. */
export type PortalClientsDeps = Readonly<{
  db: Db
  config: PortalConfig
  sealer: Sealer
  clock: () => Date
  log: PortalLog
  /** Other processes on this database ask the same portals: requests are counted together. */
  several?: boolean
  /** The reader of that portal was refused for want of a right: told once an hour. */
  readerLacksRight?: (portal: string) => void
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

/** Others wait behind work; a person waits for his own page. */
const renewing = { work: refreshWithin, page: refreshAccess }

/** For so long a link that was found need not be looked for again, milliseconds. */
const momentMs = 1000

/** How often a reader who lacks a right is looked at, milliseconds. */
const recheckEveryMs = 3_600_000

export function createPortalClients(deps: PortalClientsDeps): PortalClients {
  const { db, clock } = deps
  const time: Time = { clock, sleep: deps.time?.sleep ?? sleep, random: deps.time?.random ?? Math.random }
  const connections = createHttpAgents(deps.config, deps.portalTimeoutMs)
  const restLog = createRestLog(db, deps.log)
  const drift = createDrift(deps)
  const budgets = new Map<string, Budget>()
  const links = boundedCache<Connection>(keptLinks)
  const touched = boundedCache<number>(keptLinks)
  const renameChecks = boundedCache<number>(keptLinks)
  const rechecked = boundedCache<number>(keptLinks)
  const refreshDeps: RefreshDeps = {
    ...deps,
    sleep: time.sleep,
    underWay: new Map(),
    pauses: boundedCache(keptLinks),
  }

  /** True no more often than every so many milliseconds. */
  const isDue = (last: LRUCache<string, number>, key: string, every: number): boolean => {
    const now = clock().getTime()
    if (now - (last.get(key) ?? Number.NEGATIVE_INFINITY) < every) return false
    last.set(key, now)
    return true
  }

  const budgetOf = (portal: string) => {
    const known = budgets.get(portal)
    if (known) return known
    const budget = createBudget(time, deps.several ? sharedMeter(db, portal, clock) : localMeter(clock))
    budgets.set(portal, budget)
    return budget
  }

  const fitBucket = ({ memberId, probe }: Portal) =>
    setBucket(budgetOf(memberId), probe.bucket?.answer === 'large' ? 'large' : 'usual')

  /** The link by an access, at the portal's present address; a new one after the access or the address changed. */
  const connectBy = async (found: AccessAtHome | null, priority: Priority): Promise<Connection> => {
    if (!found?.access.live) throw new AccessRevokedError({ code: 'NO_ACCESS' })
    const { access, home } = found
    const { portal, userId } = access
    if (!isUsable(access, clock()))
      throw new AccessRevokedError({ code: 'ACCESS_RESTS', text: 'the portal refused it lately' })
    if (access.sealed.refreshToken === null && access.expiresAt <= clock()) {
      await forgetLapsedAccess(db, portal, clock())
      throw new AccessRevokedError({ code: 'NOT_RENEWABLE', text: 'the access was given for an hour, which is over' })
    }
    await fitBucket(home)
    const key = `${portal}/${userId}/${priority}`
    const known = links.get(key)
    const endpoint = portalEndpoint(home.endpoint, deps.config)
    if (known?.target.endpoint === endpoint && known.issuedAt.getTime() === access.issuedAt.getTime()) return known
    const { accessToken, expiresAt } = openTokens(deps.sealer, access)
    const target = { memberId: portal, userId, endpoint, tokens: { accessToken, expiresAt } }
    const { issuedAt } = access
    const refresh = () => renewing[priority](refreshDeps, { portal, userId, issuedAt })
    const link = createConnection(target, issuedAt, {
      connections,
      budget: budgetOf(portal),
      lane: priority,
      restLog,
      clock,
      refresh,
    })
    links.set(key, link)
    return link
  }

  const connect = async (portal: string, userId: number, priority: Priority): Promise<Connection> =>
    connectBy(await findAccessAtHome(db, portal, userId), priority)

  const connectReader = async (
    portal: string,
    priority: Priority,
    known?: AccessAtHome | null,
  ): Promise<Connection> => {
    const tried = new Set<number>()
    for (let next = known; ; next = undefined) {
      const found = next === undefined ? await findServiceAccess(db, portal) : next
      // Whoever turns out to be dead, or rests, gives way to another administrator, if there is one.
      if (found === null || tried.has(found.access.userId)) {
        throw new AccessRevokedError({ code: NO_SERVICE_USER, text: 'no administrator has an access that serves' })
      }
      tried.add(found.access.userId)
      try {
        return await connectBy(found, priority)
      } catch (error) {
        if (!(error instanceof AccessRevokedError)) throw error
      }
    }
  }

  /** A redirect is believed only when the OAuth server names another address too (`design.md` 8). */
  const moved = async ({ target, issuedAt }: Connection): Promise<boolean> => {
    const { memberId: portal, userId, endpoint } = target
    const isElsewhere = async () => (await findPortal(db, portal))?.endpoint !== endpoint
    if (await isElsewhere()) return true
    if (!isDue(renameChecks, portal, renameCheckEvery)) return false
    await refreshAccess(refreshDeps, { portal, userId, issuedAt })
    return isElsewhere()
  }

  /** Only the OAuth server's word ends an access: what the portal says may pass (`platform.md` 7). */
  const refused = async ({ target, issuedAt }: Connection, again: boolean, priority: Priority): Promise<void> => {
    const { memberId: portal, userId } = target
    if (!again) return void (await renewing[priority](refreshDeps, { portal, userId, issuedAt }))
    const access = await findAccess(db, portal, userId)
    if (access?.live) await restAccess(db, access, clock())
    deps.log.warn({ portal, userId }, 'The portal refuses this access although it is renewed: it rests')
  }

  const served = ({ target }: Connection): void => {
    if (!isDue(touched, `${target.memberId}/${target.userId}`, touchEvery)) return
    void touchAccess(db, target.memberId, target.userId, clock()).catch(() => {
      deps.log.warn({ portal: target.memberId }, 'the last use of an access cannot be stored')
    })
  }

  const readerLacksRight = (portal: string): void => {
    if (isDue(rechecked, portal, recheckEveryMs)) deps.readerLacksRight?.(portal)
  }

  const partsOf = (portal: string, priority: Priority, connect: () => Promise<Connection>): ClientParts => {
    const links = {
      connect,
      moved,
      refused: (link: Connection, again: boolean) => refused(link, again, priority),
      served,
    }
    const recordDrift = (method: string, values: readonly unknown[]) => drift.note(portal, method, values)
    return { portal, budget: budgetOf(portal), clock, links, drift: recordDrift }
  }
  /** A client's first request goes over the link that it was made with, if that was a moment ago; each further one looks anew. */
  const startingWith = (connected: Connection, connect: () => Promise<Connection>) => {
    const until = clock().getTime() + momentMs
    let first: Connection | null = connected
    return async (): Promise<Connection> => {
      const link = first
      first = null
      return link !== null && clock().getTime() < until ? link : connect()
    }
  }
  const clientAs: PortalClients['as'] = async (portal, userId, priority, known) => {
    const connectUser = () => connect(portal, userId, priority)
    const connected = await (known ? connectBy(known, priority) : connectUser())
    return createClient(partsOf(portal, priority, startingWith(connected, connectUser)), connected)
  }
  const reader: PortalClients['asReader'] = async (portal, priority, known) => {
    const connectAny = () => connectReader(portal, priority)
    const lacksRight = () => readerLacksRight(portal)
    const connected = await connectReader(portal, priority, known)
    const parts = partsOf(portal, priority, startingWith(connected, connectAny))
    return createClient({ ...parts, lacksRight }, connected)
  }

  const limited = limitExchanges(clock)
  const tokenParts = (portal: string) => ({ ...deps, connections, budget: budgetOf(portal), restLog })

  return {
    as: clientAs,
    asReader: reader,
    verify: (at, token, priority = 'page') => verifyToken({ ...tokenParts(at.memberId), lane: priority }, at, token),
    verifyVisitor: (at, token) => verifyToken({ ...tokenParts(at.memberId), visitor: true }, at, token, true),
    callWith: (at, token, command) => callWith(tokenParts(at.memberId), at, token, command),
    batchWith: (at, token, commands) => batchWith({ ...tokenParts(at.memberId), lane: 'work' }, at, token, commands),
    exchange: (serverEndpoint, refreshToken, priority = 'page') =>
      exchangeRefreshToken({ ...deps, limit: (renew) => limited(priority, renew) }, serverEndpoint, refreshToken),
    renew: async (portal, userId) => {
      const access = await findAccess(db, portal, userId)
      if (access === null || !access.live) throw new AccessRevokedError({ code: 'NO_ACCESS' })
      await refreshAccess(refreshDeps, access)
    },
    state: (portal) => budgetState(budgetOf(portal)),
    budgetState: async (portal) => {
      const home = await findPortal(db, portal)
      if (home !== null) await fitBucket(home)
      return readBudget(budgetOf(portal))
    },
    sums: () => sumsOf([...budgets.values()]),
    drift: drift.counts,
    close: async () => {
      connections.http.destroy()
      connections.https.destroy()
      await restLog.flush()
      await drift.flush()
    },
  }
}
