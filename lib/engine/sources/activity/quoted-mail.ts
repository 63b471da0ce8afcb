import data from './data/quoted-mail.json' with { type: 'json' }

type Mark = { tag?: string; class?: string; id?: string; style?: string }

const containers: readonly Mark[] = data.containers
const beginnings: readonly Mark[] = data.beginnings
const lines = new Set(data.lines.map(({ text }) => text.toLowerCase()))

/** An element that holds what is quoted from an earlier e-mail; behind its end the e-mail goes on. */
function holdsQuote(tag: string, attributes: Readonly<Record<string, string>>): boolean {
  return containers.some((mark) => isMarked(mark, tag, attributes))
}

/** An element with which the earlier e-mail begins: all that follows is quoted. */
function beginsQuote(tag: string, attributes: Readonly<Record<string, string>>): boolean {
  return beginnings.some((mark) => isMarked(mark, tag, attributes))
}

/** Follows the elements of an HTML body: is a parser in the message itself, or in what is quoted? */
export function watchQuotes() {
  let depth = 0
  let quotedFrom = Number.POSITIVE_INFINITY
  const isQuoted = () => depth >= quotedFrom
  return {
    isQuoted,
    open(tag: string, attributes: Readonly<Record<string, string>>): void {
      depth += 1
      if (!isQuoted() && holdsQuote(tag, attributes)) quotedFrom = depth
      if (beginsQuote(tag, attributes)) quotedFrom = 0
    },
    close(): void {
      depth -= 1
      if (!isQuoted() && quotedFrom > 0) quotedFrom = Number.POSITIVE_INFINITY
    },
  }
}

/** A plain body without what is quoted: lines after `>`, and all from the line with which the earlier e-mail begins. */
export function withoutQuotedLines(body: string): string {
  const own: string[] = []
  for (const line of body.split('\n')) {
    const text = line.trim()
    if (lines.has(text.toLowerCase())) break
    if (!text.startsWith('>')) own.push(line)
  }
  return own.join('\n')
}

function isMarked(
  mark: Mark,
  tag: string,
  { class: classes = '', id = '', style = '' }: Readonly<Record<string, string>>,
) {
  return (
    mark.tag === tag ||
    (mark.class !== undefined && classes.split(/\s/).includes(mark.class)) ||
    (mark.id !== undefined && id.endsWith(mark.id)) ||
    (mark.style !== undefined && style.toLowerCase().includes(mark.style))
  )
}
