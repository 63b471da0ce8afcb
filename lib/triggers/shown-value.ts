import { fieldText } from './field-text.ts'
import { comparable } from './letters.ts'

/** A field's new value: as `fieldText` writes it, and as screens of the portal may show it. */
type Change = Readonly<{ value: string; shown?: readonly string[] }>

/** A moment or a day as the portal writes it in answers; the clock is the portal's. */
const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?$/

/** An amount with its currency. */
const MONEY = /^(-?\d+(?:\.\d+)?)\|[A-Z]{3}$/

/** A number as people write it: with blanks between thousands, and a comma or a point. */
const NUMBER = /^-?\d[\d ]*(?:[.,]\d+)?$/

/** Languages of portals that put the month before the day. */
const MONTH_FIRST = ['en']

/**
 * Is the new value what a manager typed? Letter for letter as the API has it, or as a screen shows it: a title or name, a day or moment as the
 * portal writes it, a number with blanks or a comma (`triggers.md`, Field change).
 */
export function becomesIt(becomes: string, { value, shown = [] }: Change): boolean {
  if (value === fieldText(becomes)) return true
  const typed = screenText(becomes)
  if (shown.some((one) => screenText(one) === typed)) return true
  return NUMBER.test(typed) && [value, ...shown].includes(fieldText(typed.replaceAll(' ', '').replace(',', '.')))
}

/**
 * How screens show a value, so far as the value alone tells: days and moments in the orders that portals of its language use, amounts without
 * their currency. `lang` is the portal's.
 */
export function shownTexts(raw: unknown, lang: string): string[] {
  if (typeof raw !== 'string') return []
  const [, amount] = MONEY.exec(raw) ?? []
  if (amount !== undefined) return [fieldText(amount)]
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = WRITTEN.exec(raw) ?? []
  if (year === undefined) return []
  const slashed = MONTH_FIRST.includes(lang) ? `${month}/${day}/${year}` : `${day}/${month}/${year}`
  const half = Number(hour) < 12 ? 'am' : 'pm'
  const times = [
    '',
    ` ${hour}:${minute}`,
    ` ${hour}:${minute}:${second}`,
    ` ${Number(hour) % 12 || 12}:${minute} ${half}`,
    ` ${Number(hour) % 12 || 12}:${minute}:${second} ${half}`,
  ]
  const days = [`${year}-${month}-${day}`, `${day}.${month}.${year}`, slashed]
  return days.flatMap((one) => times.map((time) => `${one}${time}`))
}

/** Blanks, quotes and what nobody sees as in messages; `am` and `AM` are one, and so are `08.09.` and `8.9.`. */
function screenText(text: string): string {
  return comparable(text)
    .replace(/\b([AP])M\b/g, (half) => half.toLowerCase())
    .replace(/\b0(?=\d\b)/g, '')
}
