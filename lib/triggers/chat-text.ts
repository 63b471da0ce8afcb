/** BB codes whose content is the text (`platform.md` 5.4); the codes themselves join what stands beside them. */
const TRANSPARENT =
  /\[\/?(?:b|i|u|url|user|chat|send|put|call|pch|size|color|font|dialog|context|quote|code)(?:[=\s][^\]]*)?\]/gi

/** BB codes that stand for something that is no text; a line's end parts words. */
const BLANK = /\[(?:br|rating=|attach=|disk=)[^\]]*\]|#br#/gi

/** Struck-out words, and what somebody else said: the portal leaves both out when it shows a message as plain text. */
const UNSAID = /\[s\].*?\[\/s\]|-{54}.+?-{54}/gis

/** An icon is its title. */
const ICON = /\[icon=[^\]]*?\btitle=([^\]]*?)(?:\s+(?:width|height|size)=[^\]]*)?\]/gi

/** The portal's longest message; what is longer did not come from a messenger. */
const LONGEST = 20_000

/** A chat message as a reader sees it, without BB codes. */
export function plainText(message: string): string {
  const text = message.slice(0, LONGEST)
  return text.replace(UNSAID, ' ').replace(ICON, '($1)').replace(BLANK, ' ').replace(TRANSPARENT, '').trim()
}

/**
 * Which of the texts the message contains as whole words, letter for letter (`triggers.md`, Open Channels): where a text begins or
 * ends with a letter or digit, the character beside it is none. A letter and its marks are one, however the messenger wrote them.
 */
export function textsIn(message: string, texts: readonly string[]): string[] {
  const plain = plainText(message).normalize('NFC')
  return texts.filter((text) => wholeWords(text.normalize('NFC')).test(plain))
}

function wholeWords(text: string): RegExp {
  const before = /^[\p{L}\p{N}]/u.test(text) ? '(?<![\\p{L}\\p{M}\\p{N}])' : ''
  const after = /[\p{L}\p{N}]\p{M}*$/u.test(text) ? '(?![\\p{L}\\p{M}\\p{N}])' : ''
  return new RegExp(`${before}${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}${after}`, 'u')
}
