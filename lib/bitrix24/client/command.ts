import { stringify } from 'qs'
import type { Command, Params } from './rest.ts'

/** A place in the answer of an earlier command of the same batch. Only `reference` and `referenceIn` make one. */
export class Reference {
  readonly command: string
  readonly path: readonly (string | number)[]
  /** What stands before it. It may not be empty: only inside longer text a place that is not there harms nobody. */
  readonly prefix: string

  constructor(prefix: string, command: string, path: readonly (string | number)[]) {
    this.command = command
    this.path = path
    this.prefix = prefix
  }

  toString(): string {
    return `${this.prefix}$result${[this.command, ...this.path].map((key) => `[${key}]`).join('')}`
  }
}

/**
 * A number from the answer of an earlier command of the same batch, as the whole value of a parameter. It is written `0$result[…]`: a hit
 * reads as the number, and a reference that leads nowhere stays text and reads as 0, which is no id (`platform.md` 5.14). Use it for ids
 * (`@id`, `@ID`, `entityId`, `CHAT_ID`), never in a filter by another field: there 0 finds all rows where that field is empty.
 */
export function reference(command: string, ...path: readonly (string | number)[]): Reference {
  return new Reference('0', command, path)
}

/** A text that ends in a value of an earlier answer. A reference that leads nowhere stays in the text as it is, which equals nothing. */
export function referenceIn(prefix: string, command: string, ...path: readonly (string | number)[]): Reference {
  return new Reference(prefix, command, path)
}

/**
 * A command as a line of `batch`: `crm.item.get?entityTypeId=2&id=31` (`platform.md` 5.14). Flags are written as PHP writes them, 1 and
 * 0: as text `false` would count as true. Throws where a list is empty: it would vanish from the line, and a filter without its list
 * finds everything.
 */
export function commandLine(command: Command): string {
  const query = stringify(command.params ?? {}, {
    filter: (name, value) => {
      if (Array.isArray(value) && value.length === 0)
        throw new RangeError(`${command.method}: ${name} is an empty list`)
      if (value instanceof Reference) return value.toString()
      return typeof value === 'string' ? withoutReferences(value) : value
    },
    encoder: (value, encode) => encode(typeof value === 'boolean' ? Number(value) : value),
  })
  return query === '' ? command.method : `${command.method}?${query}`
}

/** Names of commands whose results this one's parameters use. */
export function referredTo(params: Params | undefined): string[] {
  const named = (value: unknown): string[] => {
    if (value instanceof Reference) return [value.command]
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(named) : []
  }
  return named(params)
}

/**
 * The portal fills in references in any text, and there is no escape; so a text that a person wrote is broken up behind the `$`, where
 * nobody sees it. What PHP takes for one is wider than what we write: `$results[…]`, `$error_x[…]`, up to the next blank.
 */
function withoutReferences(text: string): string {
  return text.replace(/\$(?=result|error|total|next|time)/gi, '$\u200b')
}
