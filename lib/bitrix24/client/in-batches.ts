import type { PortalClient } from './portal-clients.ts'
import type { Command, CommandResult } from './rest.ts'

/** A batch takes 50 commands (`platform.md` 5.14). */
const size = 50

/** Sends commands in as few batches as they need, one after the other, and returns their results in the same order. */
export async function inBatches(client: PortalClient, commands: readonly Command[]): Promise<CommandResult[]> {
  const results: CommandResult[] = []
  for (let start = 0; start < commands.length; start += size) {
    const part = commands.slice(start, start + size)
    const answer = await client.batch(Object.fromEntries(part.map((command, index) => [`c${index}`, command])))
    part.forEach((_, index) => {
      const result = answer.results[`c${index}`]
      if (result) results.push(result)
    })
  }
  return results
}
