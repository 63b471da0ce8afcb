import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { eventsNeeded } from '../../install/events-needed.ts'
import { kindCodes } from '../../lib/triggers/index.ts'
import { screenshots } from '../browser/listing-screenshots.ts'
import { METHODS } from '../portal/rest/methods/index.ts'

/** What the listing in the Market says holds, and keeps to the Market's own rules. */

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const market = (name: string) => read(`docs/market/${name}`)

/** All files of source in a folder. */
function sources(folder: string): string[] {
  const files = readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.ts')).map((file) => read(`${folder}/${file}`))
}

describe('rights', () => {
  const [, table = ''] = market('README.md').split('## Rights')
  const named = [...(table.split('##')[0] ?? '').matchAll(/^\| `(\w+)` \|/gm)].map(([, scope = '']) => scope)

  /** Methods of the portal whose names stand in our code. */
  const called = ['lib', 'install', 'handlers']
    .flatMap(sources)
    .flatMap((text) => [...text.matchAll(/['"`]([a-z][\w.]*\.[\w.]+)['"`]/g)].map(([, name = '']) => name))
    .filter((name) => name in METHODS)

  test('they are those that the design asks for, and those of a first portal', () => {
    const [, asked = ''] = /Scopes asked for: ([\w, ]+)\./.exec(read('docs/design.md')) ?? []
    expect(asked.split(', ')).toEqual(named)
    expect(read('docs/live-portal.md')).toContain(`Rights: ${named.join(', ')}.`)
  })

  test('they suffice for every method that is called', () => {
    expect(new Set(called).size).toBeGreaterThan(20)
    const lacking = called.filter((name) => !METHODS[name]?.scopes.some((scope) => [...named, 'basic'].includes(scope)))
    expect(lacking).toEqual([])
  })

  test('each is needed: without it a method cannot be called, or an event does not come', () => {
    const enabled = kindCodes.map((kind) => ({ kind, entityTypeId: 2 }))
    for (const scope of named) {
      const others = [...named, 'basic'].filter((one) => one !== scope)
      const isNeededBy = called.filter((name) => !METHODS[name]?.scopes.some((one) => others.includes(one)))
      const events = eventsNeeded({ scope: named }, enabled).length - eventsNeeded({ scope: others }, enabled).length
      expect({ scope, isNeeded: isNeededBy.length > 0 || events > 0 }).toEqual({ scope, isNeeded: true })
    }
  })
})

describe.each(['en', 'ru', 'de'])('the listing in %s', (language) => {
  const parts = market(`listing.${language}.md`).split(/^## .+$/m)
  const [title = '', short = '', full = '', keywords = '', installation = '', support = ''] = parts.map((part) =>
    part.trim(),
  )

  test('has every part', () => {
    expect(parts).toHaveLength(6)
    expect(title).toBe('# Stagecue')
    for (const part of [short, full, keywords, installation, support]) expect(part.length).toBeGreaterThan(80)
  })

  test('says shortly, in one or two sentences and without the name, what it is for', () => {
    expect(short.split(/[.!?](?:\s|$)/).filter(Boolean).length).toBeLessThanOrEqual(2)
    expect(short).not.toContain('Stagecue')
  })

  test('has keywords that the Market takes', () => {
    expect(keywords.length).toBeLessThanOrEqual(2000)
    expect(keywords).toMatch(/^[^,]+(, [^,]+)+$/)
    expect(keywords).not.toMatch(/bitrix|битрикс|stagecue/i)
  })

  test('tells the limits that there are', () => expect(full).toContain('500'))
})

/** Width, height and colour type of a PNG (2: without transparency). */
function png(name: string) {
  const bytes = readFileSync(new URL(`docs/market/${name}`, root))
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), colours: bytes[25] }
}

describe('pictures', () => {
  test('the icon is square, 250 to 650 pixels, and not transparent', () => {
    const { width, height, colours } = png('icon.png')
    expect(width).toBe(height)
    expect(width).toBeGreaterThanOrEqual(250)
    expect(width).toBeLessThanOrEqual(650)
    expect(colours).toBe(2)
  })

  test('the screenshots are those that npm run listing makes, no larger than the Market takes', () => {
    const names = screenshots.map((name, index) => `${index + 1}-${name}.png`)
    expect(readdirSync(new URL('docs/market/screenshots', root)).toSorted()).toEqual(names)
    for (const name of names) expect(png(`screenshots/${name}`)).toMatchObject({ width: 1280, height: 720 })
  })
})

test('what only the publisher knows stands in brackets, in the texts that he fills in', () => {
  const open = ['README.md', 'checklist.md'].map((name) => [...market(name).matchAll(/\[[^\]]+\](?!\()/g)].length)
  expect(open).toEqual([1, 0])
})

describe('links of docs/market lead to files that are there', () => {
  test.each(['README.md', 'checklist.md', 'eula.md'])('%s', (name) => {
    const targets = [...market(name).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target = '']) => target)
    expect(targets.length).toBeGreaterThan(0)
    for (const target of targets) expect(() => read(`docs/market/${target}`), target).not.toThrow()
  })
})
