import data from './data/automatic-mails.json' with { type: 'json' }
import type { MailFacts } from './facts.ts'

/** What wrote an e-mail when no person did. */
export type AutomaticMail = 'auto-reply' | 'bounce' | 'calendar' | 'receipt' | 'notification'

/** Longer subjects are not looked at further: every phrase stands at the beginning, and headers end a line at 998 letters. */
const MAX_CHARS = 1000

/** Bidirectional marks, zero-width letters and the soft hyphen, which nobody can see. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g

/** What gateways put before a subject, such as `[EXTERNAL]`. */
const TAG = /^\[[^\][]{1,40}\] ?/

/** What Google Calendar puts behind a title: the time, and whose calendar it is. No person writes both. */
const GOOGLE_CALENDAR = / @ .{1,200} \([^()\s@]+@[^()\s@]+\)$/

type Phrase = Readonly<{ kind: AutomaticMail; folded: string; distinctive: boolean }>

const phrases: readonly Phrase[] = data.subjects.map((entry) => ({
  kind: entry.kind as AutomaticMail,
  folded: fold(entry.phrase),
  distinctive: 'distinctive' in entry,
}))

/**
 * Tells by sender, headers and subject what wrote an e-mail; null: a person did, or nothing says otherwise (`triggers.md`, Incoming). The
 * phrases are data, each with its language and where it was seen.
 */
export function automaticMail(mail: MailFacts): AutomaticMail | null {
  return bySender(mail.sender) ?? byHeaders(mail.headers) ?? bySubject(mail)
}

/**
 * Would the body help to tell? People also write "Accepted: your offer", so an answer to an invitation is told from theirs by its
 * empty body.
 */
export function dependsOnBody(mail: MailFacts): boolean {
  return automaticMail({ ...mail, emptyBody: false }) === null && automaticMail({ ...mail, emptyBody: true }) !== null
}

function bySender(sender: string): AutomaticMail | null {
  const name = sender.slice(0, sender.lastIndexOf('@')).toLowerCase()
  const found = data.senders.find((entry) =>
    'prefix' in entry ? isPrefix(String(entry.prefix), name) : entry.name === name,
  )
  return (found?.kind as AutomaticMail | undefined) ?? null
}

/** `bounce+kim=client.example`, but not `bouncer`. */
function isPrefix(prefix: string, name: string): boolean {
  return name.startsWith(prefix) && !/^[\p{L}\p{N}]/u.test(name.slice(prefix.length))
}

function byHeaders(headers: MailFacts['headers']): AutomaticMail | null {
  const found = data.headers.find((entry) => {
    const value = headers[entry.name]?.trim().toLowerCase()
    if (value === undefined || value === '' || value === 'no') return false
    return !('values' in entry) || entry.values.some((start) => value.startsWith(start))
  })
  return (found?.kind as AutomaticMail | undefined) ?? null
}

function bySubject({ subject, emptyBody }: MailFacts): AutomaticMail | null {
  const folded = fold(subject).replace(TAG, '')
  const isCalendars = emptyBody === true || GOOGLE_CALENDAR.test(folded)
  const found = phrases.find((phrase) => begins(folded, phrase) && (phrase.kind !== 'calendar' || isCalendars))
  return found?.kind ?? null
}

/** A phrase stands before a colon or alone, unless it says enough by itself. */
function begins(subject: string, { folded, distinctive }: Phrase): boolean {
  if (!subject.startsWith(folded)) return false
  const rest = subject.slice(folded.length).trimStart()
  return distinctive || rest === '' || rest.startsWith(':')
}

/** Makes equal what looks equal: capitals, forms of one letter, wide colons, blanks, and what nobody can see. */
function fold(text: string): string {
  return text.slice(0, MAX_CHARS).normalize('NFKC').replace(UNSEEN, '').replace(/\s+/g, ' ').trim().toLowerCase()
}
