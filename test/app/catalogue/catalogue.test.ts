import { expect, test } from 'vitest'
import { catalogueOf } from '../../../app/catalogue/catalogue.ts'
import { kindCodes } from '../../../lib/triggers/index.ts'
import { callMissed, textsOf } from '../samples.ts'

const kinds = kindCodes.map((kind) => ({ ...callMissed, kind, title: '', description: '', use: '' }))

/** Words that people look by, and a kind that must be among what is found. */
const wanted = {
  en: {
    phone: 'call-outbound',
    opened: 'email-viewed',
    reply: 'email-incoming',
    amount: 'field-changed',
    whatsapp: 'chat-message',
  },
  de: {
    telefon: 'call-outbound',
    geöffnet: 'email-viewed',
    antwort: 'email-incoming',
    betrag: 'field-changed',
    whatsapp: 'chat-message',
  },
  ru: {
    телефон: 'call-outbound',
    открыл: 'email-viewed',
    ответ: 'email-incoming',
    сумма: 'field-changed',
    whatsapp: 'chat-message',
  },
}

test.each(Object.entries(wanted))('in %s the catalogue is found by everyday words', (language, words) => {
  const { t } = textsOf(language)
  for (const [search, kind] of Object.entries(words)) {
    const found = catalogueOf(kinds, { entityTypeId: 2, search, group: null }, (code) => t(`synonyms.${code}`))
    expect(
      found.map((one) => one.kind),
      search,
    ).toContain(kind)
    expect(found.length, search).toBeLessThan(kinds.length)
  }
})

test('a hyphen at which no line may end is found as it is typed', () => {
  const mail = { ...callMissed, title: 'Eingehende E-\u2060Mail verfolgen' }
  const find = (search: string) => catalogueOf([mail], { entityTypeId: 2, search, group: null }, () => '').length
  expect([find('e-mail'), find('E-\u2060Mail')]).toEqual([1, 1])
})

test('every word of a search must be found, in any order', () => {
  const find = (search: string) =>
    catalogueOf([callMissed], { entityTypeId: 2, search, group: null }, () => 'phone').length
  expect([find('missed phone'), find('phone track'), find('phone chat')]).toEqual([1, 1, 0])
})
