import type { PortalState } from '../state.ts'

/** Tags, and words that begin a script, that the filter of the security module breaks up where the bar stands. */
const TAGS =
  '!doc|type !en|tity sc|ript /sc|ript x:sc|ript app|let emb|ed st|yle fra|me ifr|ame fo|rm ob|ject li|nk met|a lay|er ht|ml xm|l ba|se sv|g isi|ndex ma|th'
const SCRIPTS = ['java|script[:=]', 'vb|script[:=]', 'beh|avior\\s*[:=]', 'ex|pression\\(']
const HANDLER = /(?<![a-z0-9&_?-])(on[a-z]*?)([a-z]{3}\s*=)/gi

const broken = (written: string, end = '') => new RegExp(`(${written.replace('|', ')(')}${end})`, 'gi')
const tags = TAGS.split(' ').map((tag) => broken(`<${tag}`, '(?!\\w)'))
const scripts = SCRIPTS.map((script) => broken(script))

/**
 * By the switch, parameters of a batch's commands pass the filter of the portal's security module (platform.md 5.14): what a browser
 * might take for a script is broken up by a blank or a star, in the commonest spellings. Names of parameters stay as they are.
 */
export function passSecurityFilter<T>({ switches }: PortalState, params: T): T {
  return switches.securityFilter === 'on' ? (filtered(params) as T) : params
}

function filtered(value: unknown): unknown {
  if (typeof value === 'string') return breakUp(value)
  if (Array.isArray(value)) return value.map(filtered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filtered(one)]))
}

function breakUp(text: string): string {
  const withoutTags = tags.reduce((rest, tag) => rest.replace(tag, '$1 $2'), text)
  return scripts.reduce((rest, script) => rest.replace(script, '$1 * $2'), withoutTags).replace(HANDLER, '$1 $2')
}
