/** A command as it stands in `cmd` of a batch. */
export interface CommandLine {
  /** Null: the line could not be read. */
  method: string | null
  query: string
}

/**
 * Takes a command apart as PHP's `parse_url` does: the path is the method, what follows `?` its parameters, what follows `#` is lost.
 * Control characters become `_`. A word before a colon is taken for a scheme, one after two slashes for a host.
 */
export function readCommandLine(line: string): CommandLine {
  const rest = withoutHost(line)
  if (rest === null) return { method: null, query: '' }
  const [before = ''] = rest.split('#')
  const mark = before.indexOf('?')
  const path = mark < 0 ? before : before.slice(0, mark)
  const query = mark < 0 ? '' : before.slice(mark + 1)
  const named = path !== '' || rest === ''
  return { method: named && !isHostOnly(line, rest) ? printable(path) : null, query: printable(query) }
}

/** What follows scheme and host; null where PHP cannot make sense of them. */
function withoutHost(line: string): string | null {
  const scheme = /^([a-z\d+.-]+):/i.exec(line)
  if (!scheme) return line.startsWith('//') ? afterHost(line.slice(2)) : line
  const rest = line.slice(scheme[0].length)
  if (/^\d{1,5}(\/|$)/.test(rest)) return afterHost(line)
  return rest.startsWith('//') ? afterHost(rest.slice(2)) : rest
}

function afterHost(text: string): string | null {
  const end = text.search(/[/?#]/)
  if (end === 0 || text === '') return null
  return end < 0 ? '' : text.slice(end)
}

/** A line that is nothing but a host has no path, while an empty line has an empty one. */
function isHostOnly(line: string, rest: string): boolean {
  return rest === '' && line !== ''
}

function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: PHP looks for these
  return text.replace(/[\0-\x1f\x7f]/g, '_')
}
