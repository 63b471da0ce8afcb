import { describe, expect, test } from 'vitest'
import { copiedFrom } from '../../../lib/triggers/connector-headings.ts'

describe('what a connector copies under the customer\u2019s name', () => {
  test.each([
    ['=== Исходящее сообщение, автор: Телефон ===\nГотовы оплатить?', 'employee'],
    ['=== Исходящее сообщение, автор: Битрикс24 (Имя Фамилия) ===\nДобрый день', 'employee'],
    ['=== Исходящее сообщение ===\nДобрый день', 'employee'],
    ['=== Outgoing message, author: Phone ===\nHi there!', 'employee'],
    ['=== Outgoing message, author: Телефон ===[br]Hi there!', 'employee'],
    ['[b]=== Outgoing message, author: Bitrix24 (Sam) ===[/b]\n\nhi', 'employee'],
    ['===Outgoing\u00a0message===hi', 'employee'],
    ['=== Ausgehende Nachricht, Autor: Telefon ===\nGuten Tag', 'employee'],
    ['=== SYSTEM WZ ===\nСообщение не доставлено: оплатить', 'system'],
    ['=== SYSTEM Wazzup === Chat is initialized', 'system'],
    ['>> Готовы?\n=== Исходящее сообщение, автор: WhatsApp ===\nДа', 'employee'],
  ])('%s', (message, author) => {
    expect(copiedFrom(message)).toBe(author)
  })
})

describe('the customer\u2019s own words', () => {
  test.each([
    '',
    'price',
    '=== price ===',
    '=== price, please ===',
    'the price === SYSTEM WZ === please',
    'Outgoing message, author: Phone',
    '=== Outgoing message, author: Phone',
    '[quote]=== SYSTEM WZ === not delivered[/quote] again?',
    `=== Outgoing message, author: ${'a'.repeat(300)} ===`,
    '='.repeat(500),
  ])('%s', (message) => {
    expect(copiedFrom(message)).toBeNull()
  })
})
