import { z } from 'zod'
import known from './data/connector-headings.json' with { type: 'json' }
import { comparable } from './letters.ts'
import { plainText } from './plain-text.ts'

/** Who wrote what a connector copied under the customer's name. */
export type CopiedAuthor = 'employee' | 'system'

const headingSchema = z.object({ heading: z.string().min(1), author: z.enum(['employee', 'system']) })

/** What a heading leaves open, such as a name, is no longer than this. */
const LONGEST_GAP = 200

/** A heading stands at the beginning; the rest of a long message need not be looked at, in letters. */
const SCANNED_CHARS = 1000

const GAP = '…'
const EDGE = '==='

/** Each heading as what is fixed of it, in order. */
const headings = z
  .array(headingSchema)
  .parse(known)
  .map(({ heading, author }) => ({ author, fixed: heading.split(GAP).map((part) => likened(part)) }))

/**
 * Who really wrote a message that a connector copied under the customer's name, such as what a manager wrote on the telephone: such
 * messages begin with a heading of the connector, see `data/connector-headings.json`. Null: the customer did.
 */
export function copiedFrom(message: string): CopiedAuthor | null {
  const text = likened(plainText(message.slice(0, SCANNED_CHARS)))
  if (!text.startsWith(EDGE)) return null
  return headings.find(({ fixed }) => beginsWith(text, fixed))?.author ?? null
}

/** Capitals, and blanks beside the signs around a heading, do not count. */
function likened(text: string): string {
  return comparable(text)
    .toLowerCase()
    .replace(/ ?={3,} ?/g, EDGE)
}

function beginsWith(text: string, [first = '', ...others]: readonly string[]): boolean {
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of others) {
    const next = text.slice(at, at + LONGEST_GAP + part.length).indexOf(part)
    const gap = text.slice(at, at + next)
    if (next < 1 || gap.includes(EDGE)) return false
    at += next + part.length
  }
  return true
}
