import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HELD, type Held } from './held.ts'
import { SWITCH_NAMES } from './switches.ts'

const MARK = /\[srv[^\]]*\]/g
const documents = join(import.meta.dirname, '../../docs/platform')

/** The marked statements of a chapter: each has the words of its line up to its mark, since the one before; where a mark comes first, those behind it. */
function statementsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const parts = line.split(MARK)
    return parts.slice(0, -1).map((part, index) => part.trim() || String(parts[index + 1]))
  })
}

const nameOf = (file: string) => /^\d+|^[a-z]+/.exec(file)?.[0] ?? file
const statements = Object.fromEntries(
  readdirSync(documents).map((file) => [nameOf(file), statementsIn(readFileSync(join(documents, file), 'utf8'))]),
)

test('every statement that was read in the server’s source is held by a test or a switch, or it is said why not', () => {
  const all = Object.entries(statements).flatMap(([chapter, texts]) => texts.map((text) => ({ chapter, text })))
  expect(all.length).toBeGreaterThan(80)
  const heldBy = ({ chapter, text }: { chapter: string; text: string }) =>
    (HELD[chapter] ?? []).filter(({ says }) => text.includes(says))
  expect(all.filter((one) => heldBy(one).length !== 1)).toEqual([])
  const unused = (chapter: string, { says }: Held) => !statements[chapter]?.some((text) => text.includes(says))
  expect(Object.entries(HELD).flatMap(([chapter, held]) => held.filter((one) => unused(chapter, one)))).toEqual([])
  const bare = Object.values(HELD).flatMap((held) =>
    held.filter(({ tests = [], switches = [], notBuilt }) => !notBuilt && tests.length + switches.length === 0),
  )
  expect(bare).toEqual([])
})

test('there are the tests and switches that hold them', () => {
  const held = Object.values(HELD).flat()
  const tests = [...new Set(held.flatMap(({ tests = [] }) => tests))]
  const exists = (name: string) => {
    const [file, title = ''] = name.split(' > ')
    return readFileSync(join(import.meta.dirname, `${file}.test.ts`), 'utf8').includes(`'${title}'`)
  }
  expect(tests.length).toBeGreaterThan(50)
  expect(tests.filter((name) => !exists(name))).toEqual([])
  expect(held.flatMap(({ switches = [] }) => switches).filter((name) => !SWITCH_NAMES.includes(name))).toEqual([])
})
