import { ask } from './connection.ts'
import { isReadMethod } from './read-methods.ts'
import type { Command } from './rest.ts'
import { type PortalRef, type TokenParts, tokenConnection } from './token-connection.ts'

/** One call with an access token that came with a request of the portal, such as a robot's. Throws `PortalError`. */
export async function callWith(
  parts: TokenParts,
  at: PortalRef,
  accessToken: string,
  { method, params = {} }: Command,
): Promise<unknown> {
  const asked = { writes: !isReadMethod(method), method, now: parts.clock() }
  const { payload } = await ask(tokenConnection(parts, at, accessToken), method, params, asked)
  return payload.result
}
