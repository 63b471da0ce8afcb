import { stringify } from 'qs'
import type { Command, Params } from './types.ts'

/**
 * A command as a line of `batch`: `crm.item.get?entityTypeId=2&id=31` (`platform.md` 5.14). Flags are written as PHP writes them, 1 and
 * 0: as text `false` would count as true.
 */
export function commandLine(command: Command): string {
  const query = stringify(command.params ?? {}, {
    encoder: (value, encode) => encode(typeof value === 'boolean' ? Number(value) : value),
  })
  return query === '' ? command.method : `${command.method}?${query}`
}

/** Names of commands whose results this one's parameters use: `$result[name][0][ID]`. */
export function referredTo(params: Params | undefined): string[] {
  const text = JSON.stringify(params ?? {})
  return [...text.matchAll(/\$result\[([^\][]+)\]/g)].map((match) => match[1] ?? '')
}
