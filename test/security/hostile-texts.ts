/**
 * What patterns of any kind begin with, in the middle of and just before their end: repeated, each makes a pattern that looks at a
 * letter more than once look at it thousands of times.
 */
const ATOMS =
  `a|A|я|0|1|1.0|0.|.0|-|_|.|,|/|:|;|&|%|=|"|'|«|<|<a|<a |</|<!--|>|(|)|[|]|[]|[b|[b=|[br|[s]|[/s]|[s|[url=|[icon=|#br|{|}|
 [icon= title= width=|[icon= title= width=]|[icon=title=]|title=|a |a b |aab |A_|A1_|a1.|-a|field |required |field required |обязательн |поле |
 http://|https://a|/l/|/l/a.|www.|mailto:|https://a.b/?x=|https://a.b/(|https://a.b/[|https://a.b/c,|a@b.c,|@|a@|@a.|\\|$|$result[|T0|+00:00|2026-01-01T|&amp;|%41|data[|[0]|auth[`
    .split('|')
    .map((atom) => atom.trimStart())
    .concat(
      ' ',
      '\n',
      '\t',
      '\r\n',
      '\0',
      '\u00a0',
      '\u0301',
      '\u0301\u0316',
      'e\u0301',
      '\ud83d',
      '😀',
      '-'.repeat(54),
    )

/**
 * Texts of that many letters, each made to keep a pattern busy: an atom again and again, alone, begun or ended by something else. They come one
 * by one: all of them together would take a gigabyte.
 */
export function* hostileTexts(length: number): Generator<string> {
  for (const atom of ATOMS) {
    const text = atom.repeat(Math.ceil(length / atom.length)).slice(0, length)
    const half = text.slice(0, length / 2)
    yield text
    yield `a${text}`
    yield `${text.slice(1)}!`
    yield `[icon=${text.slice(7)}]`
    yield half + '\u0316'.repeat(length / 2)
    yield ` ${half}\n${half}]`
  }
}
