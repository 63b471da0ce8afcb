import type { Token } from './oauth/token-store.ts'
import type { DeliveryLogEntry, PortalState, RefreshLogEntry, RequestLogEntry } from './state.ts'
import type { World } from './world/world.ts'

/** What a portal remembers, apart from where it listens: with its tokens and logs, without its limits, which are at rest after a while. */
export interface Memory {
  memberId: string
  world: World
  tokens: Token[]
  refreshes: RefreshLogEntry[]
  requests: RequestLogEntry[]
  deliveries: DeliveryLogEntry[]
  /** Where its source of random numbers stands. */
  random: number
}

export function remember({ emulator, memberId, world, requests, deliveries, random }: PortalState): Memory {
  const tokens = [...emulator.tokens.byAccess.values()]
  const { refreshes } = emulator
  return structuredClone({ memberId, world, tokens, refreshes, requests, deliveries, random: random.state })
}

export function recall(portal: PortalState, memory: Memory): void {
  const { tokens, refreshes } = portal.emulator
  Object.assign(portal.world, memory.world)
  for (const token of memory.tokens) {
    tokens.byAccess.set(token.accessToken, token)
    tokens.byRefresh.set(token.refreshToken, token)
  }
  refreshes.push(...memory.refreshes)
  portal.requests.push(...memory.requests)
  portal.deliveries.push(...memory.deliveries)
  portal.random.state = memory.random
}
