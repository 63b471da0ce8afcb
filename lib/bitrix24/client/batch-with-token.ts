import { batchResults } from './batch-results.ts'
import { commandLine } from './command.ts'
import { ask } from './connection.ts'
import { isReadMethod } from './read-methods.ts'
import type { BatchAnswer, Command } from './rest.ts'
import { type PortalRef, type TokenParts, tokenConnection } from './token-connection.ts'

/** One `batch` with an access token that came with a request of the portal: what each command came to. Throws `PortalError`. */
export async function batchWith(
  parts: TokenParts,
  at: PortalRef,
  accessToken: string,
  commands: Readonly<Record<string, Command>>,
): Promise<BatchAnswer['results']> {
  const now = parts.clock()
  const cmd = Object.fromEntries(Object.entries(commands).map(([name, command]) => [name, commandLine(command)]))
  const writes = Object.values(commands).some(({ method }) => !isReadMethod(method))
  const { payload } = await ask(tokenConnection(parts, at, accessToken), 'batch', { halt: 0, cmd }, { writes, now })
  return batchResults(commands, payload.result, now)
}
