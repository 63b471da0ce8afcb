import { phpArray } from './array.ts'

/** `max_input_nesting_level` and `max_input_vars` of php.ini; the second as portals are told to set it. */
const DEEPEST = 64
const MOST_VARIABLES = 10_000

/** An array while it is read: keys are texts, as no number and text of the same spelling can stand side by side. */
type Entries = Map<string, unknown>

/**
 * Reads a body, a query or a command of a batch as PHP's `parse_str` does: `a[b][]=c`. Names are cut at a zero byte, blanks and dots
 * in them become `_`, the last of equal names wins, and a name without its closing bracket is no list. All values are texts.
 */
export function parseStr(text: string): Record<string, unknown> | unknown[] {
  const root: Entries = new Map()
  for (const pair of toBytes(text).split('&').filter(Boolean).slice(0, MOST_VARIABLES)) {
    const equals = pair.indexOf('=')
    const name = urlDecode(equals < 0 ? pair : pair.slice(0, equals))
    register(root, name.split('\0')[0] ?? '', toText(equals < 0 ? '' : urlDecode(pair.slice(equals + 1))))
  }
  return finish(root)
}

/** Puts one variable where its name says; `name` in bytes. */
function register(root: Entries, name: string, value: string): void {
  const path = pathOf(name.replace(/^ +/, ''))
  if (path === null) return
  const [first = '', ...rest] = path
  if (rest.length > DEEPEST) {
    root.delete(toText(first ?? ''))
    return
  }
  let place = root
  let key = first
  for (const next of rest) {
    place = inner(place, key)
    key = next
  }
  place.set(key === null ? nextIndex(place) : toText(key), value)
}

/** The keys of a name; null stands for `[]`. Null for a name that begins with a bracket or holds nothing. */
function pathOf(name: string): (string | null)[] | null {
  const bracket = name.indexOf('[')
  const plain = (text: string) => text.replace(/[ .[]/g, '_')
  if (bracket < 0) return name === '' ? null : [plain(name)]
  if (bracket === 0) return null
  const path: (string | null)[] = [plain(name.slice(0, bracket))]
  let at = bracket
  while (name[at] === '[') {
    const key = name.slice(at + 1)
    const empty = /^[ \t\n\v\f\r]?\]/.exec(key)
    const close = empty ? empty[0].length - 1 : key.indexOf(']')
    if (close < 0) return at === bracket ? [plain(name)] : path
    path.push(empty ? null : key.slice(0, close))
    at += close + 2
  }
  return path
}

function inner(place: Entries, key: string | null): Entries {
  const name = key === null ? nextIndex(place) : toText(key)
  const known = place.get(name)
  if (known instanceof Map) return known
  const made: Entries = new Map()
  place.set(name, made)
  return made
}

function nextIndex(place: Entries): string {
  const indexes = [...place.keys()].filter((key) => /^(0|[1-9]\d*)$/.test(key)).map(Number)
  return String(indexes.reduce((highest, index) => Math.max(highest, index), -1) + 1)
}

function finish(entries: Entries): Record<string, unknown> | unknown[] {
  return phpArray([...entries].map(([key, value]) => [key, value instanceof Map ? finish(value) : value]))
}

/** `+` is a blank; a `%` without two hexadecimal digits stays. */
function urlDecode(bytes: string): string {
  return bytes
    .replace(/\+/g, ' ')
    .replace(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

/** One character for each byte, as PHP sees a text. */
function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function toText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
