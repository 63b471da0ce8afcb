/** A line of the status: a name, perhaps with a text of ours, and what the server says. */
export type StatusLine = { name: string; value: string; depth: number }

/**
 * Whatever `GET /api/status` answers, as lines to read: objects become headings, lists of plain values one line, empty ones "–".
 * Nothing is left out, so a part that this page does not know yet is shown too.
 */
export function statusLines(status: unknown, write: (value: unknown) => string, depth = 0): StatusLine[] {
  if (typeof status !== 'object' || status === null) return []
  return Object.entries(status).flatMap(([name, value]): StatusLine[] => {
    if (!isNested(value))
      return [{ name, value: Array.isArray(value) ? value.map(write).join(', ') || '–' : write(value), depth }]
    const inner = statusLines(value, write, depth + 1)
    return inner.length === 0 ? [{ name, value: '–', depth }] : [{ name, value: '', depth }, ...inner]
  })
}

function isNested(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  return !Array.isArray(value) || value.some((one) => typeof one === 'object' && one !== null)
}
