import { readdirSync, readFileSync } from 'node:fs'
import { analyse } from 'scslre'
import { parseSync } from 'vite'
import { expect, test } from 'vitest'
import { bestOf } from './best-of.ts'
import { hostileTexts } from './hostile-texts.ts'

/** A pattern of the sources, and where it stands. */
type Pattern = { file: string; source: string; flags: string }

/** Those that take more than a look at each letter, the longest text that they are given, and why it is no longer. */
const bounded: Readonly<Record<string, { letters: number; because: string }>> = {
  'FIELD.*REQUIRED|REQUIRED.*FIELD': { letters: 300, because: 'cleanText cuts' },
  '(field|fields)\\b.*\\b(required|mandatory)|required field|обязательн\\S* .*(пол[еяй]|заполн)|пол[еяй] .*обязательн':
    {
      letters: 300,
      because: 'cleanText cuts',
    },
}

const LETTERS = 20_000
const LONGEST_MS = 50

/** Made once: for each pattern anew they would take longer than most patterns do. */
const longTexts = [...hostileTexts(LETTERS)]
const patterns = ['lib', 'handlers', 'install'].flatMap((folder) => patternsIn(folder))

test('there are patterns to look at', () => {
  expect(patterns.length).toBeGreaterThan(80)
})

test.each(patterns)('$file: /$source/$flags takes time that grows with the text', ({ source, flags }) => {
  const { letters } = bounded[source] ?? { letters: LETTERS }
  if (letters === LETTERS) expect(analyse({ source, flags }).reports).toEqual([])
  const pattern = new RegExp(source, flags.includes('g') ? flags : `${flags}g`)
  const texts = letters === LETTERS ? longTexts : hostileTexts(letters)
  for (const text of [...texts, ...ownTexts(source, letters)]) {
    expect(
      bestOf(5, LONGEST_MS, () => text.replace(pattern, '')),
      JSON.stringify(text.slice(0, 60)),
    ).toBeLessThan(LONGEST_MS)
  }
})

test('no pattern is made of a text: nobody would have looked at it here', () => {
  const makers = ['lib', 'handlers', 'install'].flatMap((folder) =>
    filesIn(folder).filter((file) => /\bRegExp\(/.test(readFileSync(file, 'utf8'))),
  )
  expect(makers).toEqual([])
})

test('what is bounded is there', () => {
  expect(patterns.map(({ source }) => source)).toEqual(expect.arrayContaining(Object.keys(bounded)))
})

/** The words that a pattern is made of, each and as they follow each other, again and again. */
function ownTexts(source: string, letters: number): string[] {
  const words = source.match(/(?:\\[^\w]|[\p{L}\p{N}_=<>:;,"'@#&%!/ -])+/gu) ?? []
  const plain = words.map((word) => word.replace(/\\(.)/g, '$1'))
  const begun = plain.map((_, index) => plain.slice(0, index + 1).join(''))
  return [...plain, ...begun, ...begun.map((text) => `${text} `)].flatMap((word) => {
    const text = word.repeat(Math.ceil(letters / word.length)).slice(0, letters)
    return [text, `${text}\n`]
  })
}

function patternsIn(folder: string): Pattern[] {
  return filesIn(folder).flatMap((file) => {
    const found: Pattern[] = []
    collect(parseSync(file, readFileSync(file, 'utf8')).program, (source, flags) => found.push({ file, source, flags }))
    return found
  })
}

function filesIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  return files.filter((file) => file.endsWith('.ts')).map((file) => `${folder}/${file}`)
}

/** Calls back with every literal pattern of a syntax tree. */
function collect(node: unknown, found: (source: string, flags: string) => void): void {
  if (typeof node !== 'object' || node === null) return
  if ('regex' in node) {
    const { pattern, flags } = node.regex as { pattern: string; flags: string }
    found(pattern, flags)
  }
  for (const child of Object.values(node)) collect(child, found)
}
