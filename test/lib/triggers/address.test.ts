import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { startsWithAddress } from '../../../lib/triggers/address.ts'

describe('an address begins with another', () => {
  test.each([
    ['https://acme.example/', 'https://acme.example'],
    ['https://acme.example', 'https://acme.example/'],
    ['HTTPS://Acme.example/offer', 'https://acme.example/offer'],
    ['https://acme.example:443/offer', 'https://acme.example/offer'],
    ['http://acme.example:80', 'http://acme.example/'],
    ['https://xn--e1afmkfd.example/', 'https://пример.example'],
    ['https://acme.example/%D0%B0', 'https://acme.example/а'],
    ['https://acme.example/%d0%b0', 'https://acme.example/%D0%B0'],
    ['https://acme.example/%7Ekim', 'https://acme.example/~kim'],
    ['https://acme.example/a/../offer', 'https://acme.example/offer'],
    ['https://acme.example/offer?id=1', 'https://acme.example/offer'],
    ['https://acme.example/offer-2', 'https://acme.example/offer'],
    ['https://acme.example?a=%7B1%7D', 'https://acme.example/?a={1}'],
    ['https://acme.example/offer#top', 'https://acme.example/offer'],
  ])('%s – %s', (address, beginning) => {
    expect(startsWithAddress(address, beginning)).toBe(true)
  })

  test.each([
    ['https://acme.example.evil.test/', 'https://acme.example'],
    ['https://acme.example@evil.test/', 'https://acme.example'],
    ['https://evil.test/https://acme.example', 'https://acme.example'],
    ['https://acme.example:8443/', 'https://acme.example'],
    ['http://acme.example/', 'https://acme.example/'],
    ['https://acme.example/Offer', 'https://acme.example/offer'],
    ['https://acme.example/a%2Fb', 'https://acme.example/a/b'],
    ['https://shop.acme.example/', 'https://acme.example/'],
    ['https://acme.example/', 'https://acme.example/offer'],
    ['no address', 'https://acme.example/'],
    ['https://acme.example/', 'no address'],
  ])('but not %s – %s', (address, beginning) => {
    expect(startsWithAddress(address, beginning)).toBe(false)
  })

  test('whatever it is: as the URL standard says, an address begins with itself as a browser writes it, and only on its own host', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.webUrl(), (one, other) => {
        expect(startsWithAddress(one, one)).toBe(true)
        expect(startsWithAddress(new URL(one).href, one)).toBe(true)
        expect(startsWithAddress(one, new URL(one).href)).toBe(true)
        expect(startsWithAddress(one, new URL(one).origin)).toBe(true)
        if (new URL(one).origin !== new URL(other).origin) expect(startsWithAddress(one, other)).toBe(false)
      }),
    )
  })

  test('text of any kind and length: no exception', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => typeof startsWithAddress(text, `https://${text}`) === 'boolean',
      ),
    )
    const long = `https://acme.example/${'%D0%B0'.repeat(10_000)}`
    expect(startsWithAddress(long, 'https://acme.example/а')).toBe(true)
  })

  test('as soon as the machine has optimized the comparison, too: umlauts stay what they are', () => {
    const isBeginning = () => startsWithAddress('https://xn--bcher-kva.example/offer', 'https://bücher.example/')
    expect(Array.from({ length: 20_000 }, isBeginning)).not.toContain(false)
  })
})
