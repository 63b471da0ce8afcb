import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { errorStatus } from '../../handlers/http/api-error.ts'
import { probeIds } from '../../lib/domain/probe.ts'
import { reasons } from '../../lib/domain/reasons.ts'
import de from '../../lib/texts/de.json' with { type: 'json' }
import en from '../../lib/texts/en.json' with { type: 'json' }
import ru from '../../lib/texts/ru.json' with { type: 'json' }
import { languageOf, type TextKey, translate } from '../../lib/texts/translate.ts'
import { kindCodes, kinds } from '../../lib/triggers/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const [english, german, russian] = [en, de, ru].map((texts) => new Map(flat(texts))) as [Texts, Texts, Texts]

type Texts = Map<string, string>

/** The catalogue of the product, kinds to come included (`triggers.md`, "The kinds"). */
const catalogue = {
  'email-viewed': 'Track email message view',
  'email-link-clicked': 'Track link clicks',
  'email-incoming': 'Track incoming email',
  'email-outgoing': 'Track email message to customer',
  'form-submitted': 'Track feedback form submit',
  'call-outbound': 'Track outbound call',
  'call-inbound': 'Track inbound call',
  'call-missed': 'Track missed call',
  'chat-first-message': "Track customer's initial message",
  'chat-accepted': 'Track chat accepted event',
  'chat-accept-time': 'Track chat accepted time',
  'chat-message': 'Track customer messages',
  'payment-received': 'Track payment',
  'field-changed': 'Track field change',
}

describe('language files', () => {
  test.each([
    ['de', german],
    ['ru', russian],
  ])('%s has the same keys as en, no more and no less', (_, texts) => {
    expect([...texts.keys()].toSorted()).toEqual([...english.keys()].toSorted())
  })

  test('no text is empty, and each language fills in the same', () => {
    for (const [key, text] of english) {
      for (const texts of [english, german, russian]) {
        expect(texts.get(key)?.trim(), key).toBeTruthy()
        expect(namesIn(texts.get(key) ?? ''), key).toEqual(namesIn(text))
      }
    }
  })

  test('every key is used, and every key that is used exists', () => {
    const used = new Set([...families(), ...keysInSources()])
    expect([...english.keys()].filter((key) => !used.has(key))).toEqual([])
    expect([...families()].filter((key) => !english.has(key))).toEqual([])
  })

  test('no text has a place for a code or an id', () => {
    const coded = [...english].filter(([, text]) =>
      namesIn(text).some((name) => /^(code|id|method|events?|key)$/i.test(name)),
    )
    expect(coded).toEqual([])
  })

  test('kinds have the titles of the catalogue', () => {
    const titles = Object.keys(catalogue).map((kind) => [kind, english.get(`kinds.${kind}.title`)])
    expect(Object.fromEntries(titles)).toEqual(catalogue)
    for (const kind of kindCodes) expect(catalogue).toHaveProperty(kind)
  })
})

describe('translate', () => {
  test('fills in what stands in braces and leaves the rest', () => {
    expect(translate('en', 'invalid.too-long', { max: 200 })).toBe(
      'This text is too long. Maximum number of characters: 200.',
    )
    expect(translate('en', 'status.installer.dead', { reader: 'Ann' })).toContain('{installer}, who')
  })

  test('takes the language of the portal, English where there is none', () => {
    expect(['en', 'de', 'ru', 'by', 'kz', 'DE', 'de-AT', 'br', '', null].map((code) => languageOf(code))).toEqual([
      'en',
      'de',
      'ru',
      'ru',
      'ru',
      'de',
      'de',
      'en',
      'en',
      'en',
    ])
  })

  test('an unknown key shows itself rather than nothing', () => {
    expect(translate('de', 'no.such.key' as TextKey)).toBe('no.such.key')
  })
})

/** Keys that are put together from codes: each code must have its text, each text its code. */
function families(): string[] {
  const groups = new Set(kindCodes.map((kind) => kinds[kind].group))
  return [
    ...Object.keys(catalogue).flatMap((kind) => ['title', 'description', 'use'].map((part) => `kinds.${kind}.${part}`)),
    ...[...groups, 'forms', 'channels', 'payments'].map((group) => `groups.${group}`),
    ...reasons.map((reason) => `reasons.${reason}`),
    ...['moved', 'would-move', 'skipped', 'failed'].map((outcome) => `outcomes.${outcome}`),
    ...Object.keys(errorStatus).map((code) => `errors.${code}`),
    ...['board', 'journal'].map((title) => `placements.${title}`),
    ...probeIds.map((id) => `probe.${id}.title`),
  ]
}

/** Keys that stand in the sources as they are. */
function keysInSources(): string[] {
  const all = filesIn(['handlers', 'install', 'lib'])
    .map(([, text]) => text)
    .join('\n')
  return [...english.keys()].filter((key) => all.includes(`'${key}'`))
}

function filesIn(folders: string[]): [string, string][] {
  return folders.flatMap((folder) => {
    try {
      const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      const sources = names.filter((name) => /\.(ts|js|vue)$/.test(name)).map((name) => join(root, folder, name))
      return sources.map((path): [string, string] => [path, readFileSync(path, 'utf8')])
    } catch {
      return []
    }
  })
}

function flat(texts: object, prefix = ''): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + name, value]] : flat(value, `${prefix}${name}.`),
  )
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1])).toSorted()
}
