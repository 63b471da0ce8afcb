import { addressParser, decodeWords } from 'postal-mime'
import { mapOf } from '../../../domain/php-values.ts'
import type { MailFacts } from '../../../triggers/facts.ts'

/** Longer lists of addresses and longer headers are not read further, in letters. */
const MAX_CHARS = 2000

/** Headers that are kept for a look, and of each so many letters. */
const MOST_HEADERS = 200

/** Who wrote an e-mail to whom, and its headers, where the portal shows them (`platform.md` 5.2, A1). */
export function mailFacts(subject: string, settings: Readonly<Record<string, unknown>>): MailFacts {
  const meta = mapOf(settings.EMAIL_META)
  const headers = headersOf(settings.MESSAGE_HEADERS)
  return {
    messageId: messageIdOf(headers['message-id']),
    sender: addressesOf(meta.from)[0] ?? '',
    recipients: [...new Set([meta.to, meta.cc, meta.bcc].flatMap(addressesOf))].sort(),
    subject: decodeWords(subject.slice(0, MAX_CHARS)),
    headers,
    emptyBody: null,
  }
}

/** The address or addresses of a header, in small letters; what cannot be read as one is left out. */
function addressesOf(header: unknown): string[] {
  if (typeof header !== 'string') return []
  return addressParser(header.slice(0, MAX_CHARS), { flatten: true }).flatMap(({ address }) =>
    address ? [address.toLowerCase()] : [],
  )
}

/** By names in small letters; a header that stands several times comes as a list. */
function headersOf(given: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapOf(given))
      .slice(0, MOST_HEADERS)
      .map(([name, value]) => [
        name.toLowerCase(),
        String(Array.isArray(value) ? value[0] : value).slice(0, MAX_CHARS),
      ]),
  )
}

/** `<>` is no Message-Id: mail programs write it where there is none. */
function messageIdOf(header: string | undefined): string | null {
  const id = header?.trim() ?? ''
  return id === '' || id === '<>' ? null : id
}
