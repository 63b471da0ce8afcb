import { BATCH_COMMANDS } from './page-sizes.ts'
import type { PortalClient } from './portal-clients.ts'
import type { Command, CommandResult } from './rest.ts'

/** Sends commands in requests of 50; none where there are none. */
export async function ask(
  client: PortalClient,
  commands: Record<string, Command>,
): Promise<Record<string, CommandResult>> {
  const answers: Record<string, CommandResult> = {}
  for (const batch of pages(Object.entries(commands))) {
    Object.assign(answers, (await client.batch(Object.fromEntries(batch))).results)
  }
  return answers
}

/** Pages that met a passing fault are asked for so often again. */
const MORE_TRIES = 3

/**
 * Sends commands that only read, and none of which refers to another, as pages of a list are. Those that met a passing fault are sent
 * again at once while others are answered: one fault in a thousand pages would else have all of them read anew.
 */
export async function askPages(
  client: PortalClient,
  commands: Record<string, Command>,
): Promise<Record<string, CommandResult>> {
  const answers = await ask(client, commands)
  let failed = Object.entries(commands).filter(([name]) => metPassingFault(answers[name]))
  const isPortalWell = failed.length < Object.keys(commands).length
  for (let tries = 0; isPortalWell && failed.length > 0 && tries < MORE_TRIES; tries++) {
    Object.assign(answers, await ask(client, Object.fromEntries(failed)))
    failed = failed.filter(([name]) => metPassingFault(answers[name]))
  }
  return answers
}

/** It passes by itself, and no limit says until when to wait. */
function metPassingFault(answer: CommandResult | undefined): boolean {
  return answer?.ok === false && answer.error.retriable && answer.error.waitUntil === undefined
}

/** What one request or one list command takes at a time. */
export function pages<T>(list: readonly T[], size = BATCH_COMMANDS): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  )
}

/** The same for commands without names: their results in the same order. */
export async function inBatches(client: PortalClient, commands: readonly Command[]): Promise<CommandResult[]> {
  const named = commands.map((command, index) => [`c${index}`, command] as const)
  const answers = await ask(client, Object.fromEntries(named))
  return named.flatMap(([name]) => answers[name] ?? [])
}
