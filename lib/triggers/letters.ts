import { decodeHTMLStrict } from 'entities'

/** What nobody can see: zero-width signs, soft hyphens, variation selectors, marks of direction, and control characters. */
const INVISIBLE = /(?![\t-\r\u0085])[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu

const BLANKS = /[\s\u0085]+/gu
const SINGLE_QUOTES = /[\u2018-\u201B]/g
const DOUBLE_QUOTES = /[\u201C-\u201F]/g
const DASHES = /\p{Dash}/gu

/** More marks on one letter than any script has (UAX #15, stream-safe text): their order takes the square of their number to make. */
const MARKS = /(\p{M}{30})\p{M}+/gu

/** The longest name of an entity, `&CounterClockwiseContourIntegral;`. */
const LONGEST_ENTITY = 33

/**
 * A text as it is compared with another (`triggers.md`, Open Channels). It is blind to what messengers change on the way: all blanks are
 * one space, what nobody can see vanishes, curly and straight quotes are equal, dashes are equal, HTML entities are decoded, a letter
 * and its marks are one. Nothing else: letters, capitals, accents and ё stay as they are. Doing it twice changes nothing more.
 */
export function comparable(text: string): string {
  return composed(decoded(composed(text)))
    .replace(BLANKS, ' ')
    .replace(SINGLE_QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"')
    .replace(DASHES, '-')
    .trim()
}

/** Without what nobody can see. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, '')
}

/**
 * HTML entities decoded, also those that only come to be by decoding others, such as `&amp;lt;`: each one is looked at where its last
 * letter stands, so that a text takes no more than a few looks at each letter.
 */
export function decoded(text: string): string {
  const once = decodeHTMLStrict(text)
  if (!once.includes('&') || !once.includes(';')) return once
  const letters: string[] = []
  const rest = [...once].reverse()
  for (let letter = rest.pop(); letter !== undefined; letter = rest.pop()) {
    letters.push(letter)
    const entity = letter === ';' ? entityAt(letters) : ''
    const sign = entity === '' ? entity : decodeHTMLStrict(entity)
    if (sign === entity) continue
    letters.length -= entity.length
    rest.push(...[...composed(sign)].reverse())
  }
  return letters.join('')
}

/** What may be an entity at the end of these letters. */
function entityAt(letters: readonly string[]): string {
  const [entity = ''] = /&#?[a-z0-9]+;$/i.exec(letters.slice(-LONGEST_ENTITY).join('')) ?? []
  return entity
}

function composed(text: string): string {
  return visible(text).replace(MARKS, '$1').normalize('NFC')
}
