/** What a foreign answer may be made of: no honest one comes near. */
export type Bounds = Readonly<{ bytes: number; values: number; depth: number }>

/** Fifty commands with fifty rows each, of many fields, and long histories of conversations among them. */
export const ofBatch: Bounds = { bytes: 8 * 1024 * 1024, values: 500_000, depth: 60 }

/** Who somebody is, what a token is worth, whether a rule was told. */
export const ofFewFacts: Bounds = { bytes: 1024 * 1024, values: 20_000, depth: 60 }

/** An answer is made of more than its bounds allow. */
export class AnswerTooLargeError extends Error {
  readonly code = 'ANSWER_TOO_LARGE'
}

/**
 * Reads JSON that somebody else wrote; what is none is handed back as the text that it is. A few bytes may stand for an object, and
 * a hundred of objects within each other for a fault of whoever walks them: so both are counted before anything is made. Throws
 * `AnswerTooLargeError`.
 */
export function readJson(text: string, bounds: Bounds): unknown {
  if (!isWithin(text, bounds)) throw new AnswerTooLargeError()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const QUOTE = 34
const COMMA = 44
const BACKSLASH = 92
const OPENING = new Set([91, 123])
const CLOSING = new Set([93, 125])

/** Is JSON made of no more values, and no deeper within each other? What is none may be anything. */
export function isWithin(text: string, { values, depth }: Pick<Bounds, 'values' | 'depth'>): boolean {
  let count = 0
  let level = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at)
    if (sign === QUOTE) at = endOfString(text, at)
    else if (sign === COMMA) count++
    else if (OPENING.has(sign)) {
      count++
      level++
    } else if (CLOSING.has(sign)) level--
    if (count > values || level > depth) return false
  }
  return true
}

/** Where the string ends that begins there. */
function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at++) {
    const sign = text.charCodeAt(at)
    if (sign === BACKSLASH) at++
    else if (sign === QUOTE) return at
  }
  return text.length
}
