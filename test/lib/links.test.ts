import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTarget, linkAddress, linkId, readToken, type TrackedLink, tokenIn } from '../../lib/links.ts'

const key = randomBytes(32)
const link: TrackedLink = {
  portal: '0123456789abcdef0123456789abcdef',
  entityTypeId: 2,
  itemId: 31,
  target: 'https://acme.example/offer?a=1&b=%20#top',
}
const tokenOf = (one: TrackedLink) => tokenIn(linkAddress('https://stagecue.example', key, one)) ?? ''

describe('a tracked link', () => {
  it('says whose item it is about and where it leads', () => {
    expect(linkAddress('https://stagecue.example', key, link)).toMatch(/^https:\/\/stagecue\.example\/l\/[\w-]+$/)
    expect(readToken(key, tokenOf(link))).toEqual(link)
  })

  it('is the same each time, and compact: 55 letters and a third more than its target', () => {
    expect(tokenOf(link)).toBe(tokenOf({ ...link }))
    expect(tokenOf(link).length).toBeLessThanOrEqual(55 + Math.ceil((link.target.length * 4) / 3))
  })

  it('keeps every portal, item and address', () => {
    const links = fc.record({
      portal: fc.oneof(fc.stringMatching(/^[\w-]{1,64}$/), fc.stringMatching(/^[0-9a-f]{32}$/)),
      entityTypeId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      itemId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      target: fc.webUrl({ withQueryParameters: true, withFragments: true }),
    })
    fc.assert(
      fc.property(links, (one) => {
        expect(readToken(key, tokenOf(one))).toEqual(one)
      }),
    )
  })

  it('that is cut, longer, or changed in any letter is none of ours', () => {
    const token = tokenOf(link)
    for (let at = 0; at < token.length; at++) {
      expect(readToken(key, token.slice(0, at))).toBeNull()
      for (const letter of ['A', 'B', '_', '9', '=', '+', '%']) {
        const changed = token.slice(0, at) + letter + token.slice(at + 1)
        if (changed !== token) expect(readToken(key, changed)).toBeNull()
      }
    }
    for (const more of ['A', '=', '.', ' ', '\n']) expect(readToken(key, token + more)).toBeNull()
  })

  it('that another key signed is none of ours', () => {
    expect(readToken(randomBytes(32), tokenOf(link))).toBeNull()
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readToken(key, text)).toBeNull()
      }),
    )
  })

  it('has a name that does not give it away', () => {
    expect(linkId(tokenOf(link))).toMatch(/^[\w-]{16}$/)
    expect(tokenOf(link)).not.toContain(linkId(tokenOf(link)))
  })

  it('is found in addresses of any origin that we once had', () => {
    expect(tokenIn(linkAddress('http://old.example:8080', key, link))).toBe(tokenOf(link))
    expect(tokenIn(`https://stagecue.example/x/l/${tokenOf(link)}`)).toBeNull()
    expect(tokenIn('https://stagecue.example/l/')).toBeNull()
  })
})

describe('a target', () => {
  it.each(['https://acme.example', 'http://acme.example:8080/a?b#c', 'HTTPS://acme.example/Ü/猫', 'https://[::1]/'])(
    '%s may be linked',
    (target) => expect(isTarget(target)).toBe(true),
  )

  it.each([
    'javascript:alert(1)',
    'ftp://acme.example/',
    'data:text/html,x',
    'mailto:kim@client.example',
    '//acme.example/',
    'https:acme.example',
    'https://',
    'https://acme.example/a b',
    'https://acme.example/\nLocation: x',
    'https:\\\\acme.example',
    ' https://acme.example',
    'acme.example',
    '',
    `https://acme.example/${'x'.repeat(2000)}`,
  ])('%s may not', (target) => expect(isTarget(target)).toBe(false))
})
