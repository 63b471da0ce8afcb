import { describe, expect, test } from 'vitest'
import { plainText, textsIn } from '../../../lib/triggers/chat-text.ts'

const contains = (message: string, text: string) => textsIn(message, [text]).length > 0

describe('a message contains a text', () => {
  test.each([
    ['price', 'price'],
    ['What is the price?', 'price'],
    ['price: how much', 'price'],
    ['"price"', 'price'],
    ['the price list, please', 'price list'],
    ['Цена сколько?', 'Цена'],
    ['Größe 42', 'Größe'],
    ['room 101', '101'],
    ['Is it C++?', 'C++'],
    ['C++11', 'C++'],
    ['50%', '50%'],
    ['a.b', 'a.b'],
    ['price/offer', 'price'],
    ['e-mail', 'mail'],
  ])('%s: %s', (message, text) => {
    expect(contains(message, text)).toBe(true)
  })
})

describe('a message does not contain a text', () => {
  test.each([
    ['another case', 'Price please', 'price'],
    ['another case', 'price please', 'PRICE'],
    ['another order of words', 'list price', 'price list'],
    ['part of a word', 'a scar', 'car'],
    ['part of a word', 'cars', 'car'],
    ['part of a word', 'оценка', 'цен'],
    ['part of a number', '1012', '101'],
    ['part of a word with a digit', 'car2', 'car'],
    ['no blank', 'pricelist', 'price list'],
    ['a sign of its own', 'a«b', 'a"b'],
    ['е is not ё', 'счёт', 'счет'],
    ['nothing that can be seen', 'price', '\u200b'],
    ['a sign that is no wildcard', 'axb', 'a.b'],
    ['a letter with another mark', 'resumé', 'resume'],
    ['half a letter', 'cafe\u0301', 'cafe'],
  ])('%s: %s, %s', (_why, message, text) => {
    expect(contains(message, text)).toBe(false)
  })
})

describe('what messengers and keyboards change does not count', () => {
  test.each([
    ['a blank that does not break', 'хочу\u00a0купить', 'хочу купить'],
    ['two blanks', 'хочу  купить', 'хочу купить'],
    ['two blanks in the trigger', 'хочу купить', 'хочу   купить'],
    ['a line break', 'хочу\nкупить', 'хочу купить'],
    ['a zero-width blank beside one', 'хочу\u200b купить', 'хочу купить'],
    ['a soft hyphen', 'хо\u00adчу купить', 'хочу купить'],
    ['a curly apostrophe', 'I don’t need it', "don't need"],
    ['curly quotes', 'the “big” one', '"big"'],
    ['an entity', 'our R&amp;D', 'R&D'],
    ['an entity in an entity', 'our R&amp;amp;D', 'R&D'],
    ['an entity in the trigger', 'our R&D', 'R&amp;D'],
    ['a variation selector', 'I ❤️ it', '❤'],
    ['a variation selector in the trigger', 'I ❤ it', '❤️'],
    ['a long dash', 'Иванов — да', 'Иванов - да'],
    ['a dash of another length', 'Иванов – да', 'Иванов — да'],
  ])('%s', (_what, message, text) => {
    expect(contains(message, text)).toBe(true)
  })
})

describe('what is quoted was said by somebody else', () => {
  test.each([
    ['a quote', '[quote]Ваша цена 100[/quote] спасибо, не надо', 'спасибо, не надо'],
    ['quotes in quotes', '[quote]a[quote]b[/quote]цена[/quote] нет', 'нет'],
    ['a quote with a name', '[quote=15]цена[/quote]нет', 'нет'],
    ['a line that begins with >', '> цена\nнет', 'нет'],
    ['a line that begins with >>', '>> Ваша цена\nнет', 'нет'],
    ['a line behind a code', '>> Ваша цена[br]нет', 'нет'],
    ['a line as HTML', '&gt;&gt; Ваша цена#br#нет', 'нет'],
    ['a line that begins with something unseen', '\u200b > цена\nнет', 'нет'],
  ])('%s', (_what, message, rest) => {
    expect(plainText(message)).toBe(rest)
    expect(contains(message, 'цена')).toBe(false)
  })

  test('a quote without an end is none, and what is said beside one counts', () => {
    expect(contains('[quote]цена', 'цена')).toBe(true)
    expect(contains('[/quote]цена', 'цена')).toBe(true)
    expect(contains('цена[quote]нет[/quote]', 'цена')).toBe(true)
    expect(contains('5 > 3, цена', 'цена')).toBe(true)
  })
})

test('a letter and its mark are one, in whatever way they were written', () => {
  expect(contains('un cafe\u0301 noir', 'caf\u00e9')).toBe(true)
  expect(contains('un caf\u00e9 noir', 'cafe\u0301')).toBe(true)
})

test('of several texts those are named that it contains', () => {
  expect(textsIn('The price of the car', ['car', 'scar', 'price', 'Price'])).toEqual(['car', 'price'])
})

describe('BB codes are removed as the portal does', () => {
  test.each([
    ['the [b]price[/b], [I]please[/I]', 'the price, please'],
    ['pri[u]ce[/u]', 'price'],
    ['[url]https://shop.example/price[/url]', 'https://shop.example/price'],
    ['[url=https://shop.example/price]here[/url]', 'here'],
    ['[USER=15]Sam[/USER] the price', 'Sam the price'],
    ['[send=/price]Prices[/send]', 'Prices'],
    ['price[br]list', 'price list'],
    ['price#BR#list', 'price list'],
    ['[size=20][color=#ff0000]price[/color][/size]', 'price'],
    ['[icon=https://x.example/a.png size=20 title=price]', '(price)'],
    ['no [s]price[/s] at all', 'no   at all'],
    ['five [rating=5]', 'five'],
    [`${'-'.repeat(54)}\nSam\nthe price\n${'-'.repeat(54)}\nyes`, 'yes'],
    ['[price] and [/car] are words in brackets', '[price] and [/car] are words in brackets'],
  ])('%s', (message, text) => {
    expect(plainText(message)).toBe(text)
  })

  test('what a code hides is not found, what it shows is', () => {
    expect(contains('[url=https://shop.example/price]here[/url]', 'price')).toBe(false)
    expect(contains('the [b]pri[/b]ce', 'price')).toBe(true)
    expect(contains('price[br]list', 'price')).toBe(true)
  })
})

test('a flood of codes does not hold us up', () => {
  expect(contains(`${'[s]'.repeat(300_000)} price`, 'price')).toBe(false)
})
