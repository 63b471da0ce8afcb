import { z } from 'zod'

/** Bitrix24's own ids and names have no more letters; a portal of somebody's own may answer with any number of them. */
const MOST_LETTERS = 255

/** An id, a code or a time of a portal as it may be kept; what is longer is none. */
export const idText = z.string().max(MOST_LETTERS)

/** The same where the portal may write it as a number, and where having none is no fault: empty. */
export const codeText = z.union([z.string(), z.number()]).transform(String).pipe(idText).catch('')

/** A name that people read, cut. It is a copy: a part of a text keeps the whole of it in memory. */
export function shortName(name: string): string {
  return name.length <= MOST_LETTERS ? name : Buffer.from(name.slice(0, MOST_LETTERS)).toString()
}
