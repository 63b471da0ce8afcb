import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.(ts|vue|js|mjs|md|css|html)$|^\.env\.example$/.test(file) && existsSync(join(root, file)))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** A document that comments cite by number; `platform.md` is kept by chapter. */
const cited = ['design', 'platform', 'triggers', 'libraries', 'style', 'field-cases'] as const
type Document = (typeof cited)[number]

const CITATION = new RegExp(
  `\`(?:docs/)?(${cited.join('|')})\\.md\`(?: (?:rule )?(\\d+(?:\\.\\d+)?|[A-C]\\d?|F\\d+)\\b)?`,
  'g',
)

function textOf(document: Document): string {
  const chapters = readdirSync(join(root, 'docs', document === 'platform' ? 'platform' : '.'))
  if (document !== 'platform') return read(`docs/${document}.md`)
  return [read('docs/platform.md'), ...chapters.map((file) => read(`docs/platform/${file}`))].join('\n')
}

const texts = Object.fromEntries(cited.map((document) => [document, textOf(document)]))

/** Headings carry the numbers; a section's numbered rules are its second number (`design.md` 4.2, `platform.md` 10.12). */
function hasSection(document: string, section: string): boolean {
  const text = texts[document] ?? ''
  if (/^[A-Z]/.test(section)) return new RegExp(`\\b${section}\\b`).test(text)
  const heading = (number: string) => new RegExp(`^#+ ${number.replace('.', '\\.')}\\.? .*$`, 'm').exec(text)
  if (heading(section)) return true
  const [chapter = '', rule] = section.split('.')
  const start = heading(chapter)
  if (!start || rule === undefined) return false
  const rest = text.slice(start.index + start[0].length)
  const end = rest.search(/^#{1,2} /m)
  return new RegExp(`^${rule}\\. `, 'm').test(end < 0 ? rest : rest.slice(0, end))
}

test('every section that code, tests and documents cite exists', () => {
  const seen = files.flatMap((file) =>
    [...read(file).matchAll(CITATION)].map(([, document = '', section]) => ({ file, document, section })),
  )
  expect(seen.length).toBeGreaterThan(200)
  const missing = seen.filter(({ document, section }) => section !== undefined && !hasSection(document, section))
  expect(missing).toEqual([])
})

test('a section that does not exist is noticed', () => {
  expect(hasSection('platform', '5.14')).toBe(true)
  expect(hasSection('design', '4.2')).toBe(true)
  expect(hasSection('platform', '5.99')).toBe(false)
  expect(hasSection('design', '4.9')).toBe(false)
})

test('links of the documents lead somewhere', () => {
  const links = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => [...read(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ file, target })))
    .filter(({ target }) => !/^(https?:|mailto:)/.test(target))
  expect(links.length).toBeGreaterThan(30)
  expect(links.filter(({ file, target }) => !leads(file, target))).toEqual([])
})

function leads(file: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const to = path === '' ? file : relative(root, join(root, dirname(file), path))
  if (!existsSync(join(root, to))) return false
  if (anchor === undefined) return true
  return [...read(to).matchAll(/^#+ (.+)$/gm)].some(([, title = '']) => anchorOf(title) === anchor)
}

/** How GitHub makes an anchor of a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}
