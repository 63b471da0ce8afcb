import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { pluralRule } from '../../app/plural-rule.ts'
import { stepIds } from '../../lib/domain/install-step.ts'
import { reasons } from '../../lib/domain/reasons.ts'
import { kindCodes, kinds } from '../../lib/triggers/index.ts'

const app = fileURLToPath(new URL('../../app', import.meta.url))
const languages = readdirSync(join(app, 'texts')).map((file) => file.replace(/\.json$/, ''))
const texts = new Map(languages.map((code) => [code, new Map(flat(read(code)))]))
const english = texts.get('en') ?? new Map<string, string>()
const sources = sourcesIn(app)

describe('texts of the pages', () => {
  test('English, German and Russian are among them', () => {
    expect(languages).toEqual(expect.arrayContaining(['de', 'en', 'ru']))
  })

  test.each(languages)('%s has every text, none too many, none empty, and fills in the same', (code) => {
    const own = texts.get(code) ?? new Map<string, string>()
    expect([...own.keys()].toSorted()).toEqual([...english.keys()].toSorted())
    for (const [key, text] of own) {
      expect(text.trim(), key).not.toBe('')
      expect(namesIn(text), key).toEqual(namesIn(english.get(key) ?? ''))
    }
  })

  test.each(languages)('%s has as many forms of a text as it has kinds of number', (code) => {
    const own = texts.get(code) ?? new Map<string, string>()
    const categories = new Set([0, 1, 2, 3, 5, 11, 21, 22, 25, 100].map((n) => pluralRule(code)(n, 6)))
    for (const [key, text] of own) {
      if (text.includes(' | ')) expect(text.split(' | ').length, key).toBe(categories.size)
      // What stands for something else in texts of vue-i18n.
      expect(text.replace(/\{\w+\}/g, ''), key).not.toMatch(/[{}@%]/)
    }
  })

  test('no text has a place for a code or an id', () => {
    const coded = [...english].filter(([, text]) =>
      namesIn(text).some((name) => /^(code|id|method|key|shape)$/i.test(name)),
    )
    expect(coded).toEqual([])
  })

  test('every text is used', () => {
    const unused = [...english.keys()].filter((key) => !isNamed(key) && !isInFamily(key))
    expect(unused).toEqual([])
  })

  test('every text that is used exists', () => {
    const named = [...sources.matchAll(/\bte?\(\s*'([\w.-]+)'/g)].map((match) => String(match[1]))
    expect(named.filter((key) => !english.has(key))).toEqual([])
  })

  test('every kind, own field, reason and step has its texts', () => {
    const own = kindCodes.flatMap((kind) => kinds[kind].fields)
    const wanted = [
      ...kindCodes.map((kind) => `happenings.${kind}`),
      ...own.flatMap(({ name }) => [`fields.${name}.label`, `fields.${name}.help`]),
      ...own.flatMap((field) => choicesOf(field).map((choice) => `choices.${field.name}-${choice}`)),
      ...kindCodes.map((kind) => `groups.${kinds[kind].group}`),
      ...reasons.map((reason) => `reasonNames.${reason}`),
      ...stepIds.flatMap((step) => [`install.steps.${step}.title`, `install.steps.${step}.text`]),
    ]
    expect(wanted.filter((key) => !english.has(key))).toEqual([])
  })
})

/** The key stands in the sources as it is, wherever: keys are also chosen between (`t(isOn ? 'a.b' : 'c.d')`). */
function isNamed(key: string): boolean {
  return sources.includes(`'${key}'`)
}

/** The key is put together: the sources hold a template that it fits, such as `t(`reasons.${reason}`)`. */
function isInFamily(key: string): boolean {
  return templates().some((pattern) => pattern.test(key))
}

function templates(): RegExp[] {
  const found = [...sources.matchAll(/`([a-zA-Z]+\.[^`\s]*\$\{[^`]*)`/g)].map((match) => String(match[1]))
  return found.map((text) => {
    const parts = text.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'))
    return new RegExp(`^${parts.join('[\\w-]+')}$`)
  })
}

function choicesOf(field: { choices?: readonly string[] }): readonly string[] {
  return field.choices ?? []
}

function sourcesIn(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const own = names.filter((name) => /\.(ts|vue)$/.test(name) && !/^(dist|node_modules)\//.test(name))
  return own.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
}

function read(code: string): object {
  return JSON.parse(readFileSync(join(app, 'texts', `${code}.json`), 'utf8'))
}

function flat(tree: object, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + name, value]] : flat(value, `${prefix}${name}.`),
  )
}

/** What stands in braces; forms of one text name the same. */
function namesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1])))].toSorted()
}
