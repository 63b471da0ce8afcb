import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

const languages = { English: 'en', Russian: 'ru', German: 'de' } as const
type Code = (typeof languages)[keyof typeof languages]

/** Rows of the table of `docs/words.md`: in which language, which words, and what stands instead. */
const refused = read('docs/words.md')
  .split('## Words that are not used')[1]
  ?.split('\n')
  .flatMap((line) => {
    const [, language = '', words = ''] = line.split('|').map((cell) => cell.trim())
    const code = languages[language as keyof typeof languages]
    return code ? [{ code, words: words.split(',').map((word) => word.trim()) }] : []
  })

/** A word, or with `…` every word that begins so. Letters of all alphabets count, so `\b` does not do. */
function patternOf(word: string): RegExp {
  const stem = word.replace('…', '').replace(/[.*+?^$()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}-])${stem}${word.endsWith('…') ? '' : '(?![\\p{L}\\p{N}-])'}`, 'iu')
}

function flat(tree: object, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + name, value]] : flat(value, `${prefix}${name}.`),
  )
}

/** Texts of a language by where they stand. */
function textsOf(code: Code): [string, string][] {
  const own = ['lib/texts', 'app/texts', 'test/portal/playground/texts'].flatMap((folder) => {
    const texts = flat(JSON.parse(read(`${folder}/${code}.json`)))
    // Words that people type into the search of the catalogue, and names that fill the placeholders.
    const shown = texts.filter(([key]) => !key.startsWith('synonyms.'))
    return shown.map(([key, text]): [string, string] => [`${folder} ${key}`, text.replace(/\{\w+\}/g, '{}')])
  })
  return [...own, ...documentsOf(code)]
}

/** Documents for people, without code, addresses and pictures' paths. */
function documentsOf(code: Code): [string, string][] {
  const paths = [`docs/market/listing.${code}.md`]
  if (code === 'en')
    paths.push('docs/managers.md', 'docs/administrators.md', ...globSync('docs/kinds/*.md', { cwd: root }))
  return paths.map((path) => [path, read(path).replace(/`[^`]*`|\]\([^)]*\)|https?:\/\/\S+/g, '')])
}

describe.each(Object.values(languages))('texts in %s', (code) => {
  const texts = textsOf(code)

  test('have none of the words that are not used', () => {
    const words = (refused ?? []).filter((row) => row.code === code).flatMap((row) => row.words)
    expect(words.length).toBeGreaterThan(10)
    const found = words.flatMap((word) => {
      const pattern = patternOf(word)
      return texts
        .filter(([, text]) => pattern.test(text))
        .map(([place, text]) => `${word}: ${place}: ${around(text, pattern)}`)
    })
    expect(found).toEqual([])
  })

  test('quote and punctuate as the language does', () => {
    const wrong = {
      en: /[«»„]|\s…|\s[!?;:]/u,
      ru: /[“”„]|\s…(?!\s)|[\p{L}]\s–\s|"/u,
      de: /[«»”]|[\p{L}]…|"/u,
    }[code]
    const own = texts.filter(([place]) => !place.startsWith('docs/'))
    expect(own.filter(([, text]) => wrong.test(text.replace(/ … (?=\p{L})/gu, ' {} ')))).toEqual([])
  })
})

test('a letter or two are not left alone at the end of a line', () => {
  const short = /(?<![\p{L}\p{N}-])[\p{L}\p{N}{}]{1,2}-\p{L}|\p{L}-\p{L}{1,2}(?![\p{L}\p{N}-])/u
  const own = (code: Code) => textsOf(code).filter(([place]) => !place.startsWith('docs/'))
  expect([...own('ru'), ...own('de')].filter(([, text]) => short.test(text))).toEqual([])
  expect(own('de').filter(([, text]) => /\p{L} …|z\. B\./u.test(text))).toEqual([])
})

test('no text and no page has a sign that fonts may lack: arrows and ticks are icons or words, hyphens the usual one', () => {
  const wrong = /[\u2010\u2011\u2190-\u21ff\u2300-\u27bf]/u
  const pages = globSync('app/**/*.{vue,ts}', { cwd: root })
    .filter((path) => !path.includes('node_modules'))
    .map((path): [string, string] => [path, read(path)])
  const shown = Object.values(languages).flatMap(textsOf)
  expect(
    [...shown.filter(([place]) => !place.startsWith('docs/')), ...pages].filter(([, text]) => wrong.test(text)),
  ).toEqual([])
})

function around(text: string, pattern: RegExp): string {
  const at = text.search(pattern)
  return text.slice(Math.max(0, at - 30), at + 50).replaceAll('\n', ' ')
}
