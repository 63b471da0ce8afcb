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
