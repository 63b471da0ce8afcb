const maxChars = 300

/** What is looked at: a portal may send any amount of text, and every pattern below takes its time with each letter. */
const scannedChars = 2000

/** Bitrix24's tokens and keys are runs of 32 characters and more; its long error codes are words joined by underscores. */
const tokenLike = /[A-Za-z0-9_.-]{24,}/g
const isToken = (run: string) => /\d/.test(run) && !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(run)

/** A portal's text as logs and the journal may keep it: one line, cut, and with nothing in it that could be a token. */
export function cleanText(text: unknown): string {
  if (typeof text !== 'string') return ''
  return text
    .slice(0, scannedChars)
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(tokenLike, (run) => (isToken(run) ? '…' : run))
    .slice(0, maxChars)
}

/** Names that a text quotes: `The field "Budget" is required.` → `Budget`. */
export function quotedNames(text: string): string[] {
  const names = [...text.slice(0, scannedChars).matchAll(/[«„“"']([^«»„“”"']{1,100})[»“”"']/g)].map((match) =>
    (match[1] ?? '').trim(),
  )
  return [...new Set(names.filter((name) => name !== ''))]
}
