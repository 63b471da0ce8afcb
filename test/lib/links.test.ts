import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkKey } from '../../lib/links/link-key.ts'
import { isTarget, type LinkKeys, linkAddress, linkId, readToken, type TrackedLink, tokenIn } from '../../lib/links.ts'

const keys: LinkKeys = [linkKey(randomBytes(32))]
const link: TrackedLink = {
  portal: '0123456789abcdef0123456789abcdef',
  entityTypeId: 2,
  itemId: 31,
  target: 'https://acme.example/offer?a=1&b=%20#top',
}
const tokenOf = (one: TrackedLink) => tokenIn(linkAddress('https://stagecue.example', keys, one)) ?? ''

describe('a tracked link', () => {
  it('says whose item it is about and where it leads', () => {
    expect(linkAddress('https://stagecue.example', keys, link)).toMatch(/^https:\/\/stagecue\.example\/l\/[\w-]+$/)
    expect(readToken(keys, tokenOf(link))).toEqual(link)
  })

  it('is the same each time, and compact: 75 letters and a third more than its target', () => {
    expect(tokenOf(link)).toBe(tokenOf({ ...link }))
    expect(tokenOf(link).length).toBeLessThanOrEqual(75 + Math.ceil((link.target.length * 4) / 3))
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
        expect(readToken(keys, tokenOf(one))).toEqual(one)
      }),
    )
  })

  it('that is cut, longer, or changed in any letter is none of ours', () => {
    const token = tokenOf(link)
    for (let at = 0; at < token.length; at++) {
      expect(readToken(keys, token.slice(0, at))).toBeNull()
      for (const letter of ['A', 'B', '_', '9', '=', '+', '%']) {
        const changed = token.slice(0, at) + letter + token.slice(at + 1)
        if (changed !== token) expect(readToken(keys, changed)).toBeNull()
      }
    }
    for (const more of ['A', '=', '.', ' ', '\n']) expect(readToken(keys, token + more)).toBeNull()
  })

  it('that another key signed is none of ours', () => {
    expect(readToken([linkKey(randomBytes(32))], tokenOf(link))).toBeNull()
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readToken(keys, text)).toBeNull()
      }),
    )
  })

  it('shows nobody whose it is: two links of one item share nothing but version and key', () => {
    const links = fc.record({
      portal: fc.stringMatching(/^[0-9a-f]{32}$/),
      entityTypeId: fc.constantFrom(1, 2, 31, 128),
      itemId: fc.integer({ min: 2 ** 24, max: 2 ** 31 - 1 }),
      target: fc.webUrl(),
    })
    fc.assert(
      fc.property(links, (one) => {
        const bytes = Buffer.from(tokenOf(one), 'base64url')
        const id = Buffer.alloc(4)
        id.writeUInt32BE(one.itemId)
        for (const said of [Buffer.from(one.portal, 'hex'), Buffer.from(one.portal), id, Buffer.from(one.target)]) {
          expect(bytes.includes(said)).toBe(false)
        }
        const other = Buffer.from(tokenOf({ ...one, target: `${one.target}x` }), 'base64url')
        expect(other.subarray(0, 3)).toEqual(bytes.subarray(0, 3))
        expect(other.subarray(3, 15)).not.toEqual(bytes.subarray(3, 15))
      }),
    )
  })

  it('that an older key made goes on working; one whose key is gone does not', () => {
    const newer: LinkKeys = [linkKey(randomBytes(32)), ...keys]
    expect(readToken(newer, tokenOf(link))).toEqual(link)
    const made = tokenIn(linkAddress('https://stagecue.example', newer, link)) ?? ''
    expect(made).not.toBe(tokenOf(link))
    expect(readToken(newer, made)).toEqual(link)
    expect(readToken(keys, made)).toBeNull()
  })

  it('that an earlier version only signed goes on working', () => {
    const old = linkKey(Buffer.alloc(32, 7))
    const ofHex =
      'AQEjRWeJq83vASNFZ4mrze8AAAACAAAAH2h0dHBzOi8vYWNtZS5leGFtcGxlL29mZmVyP2E9MSZiPSUyMCN0b3BT2zdjeODBtb4oeJidLQ-y'
    const ofText = 'AgRhY21lAAAAgAAAAARodHRwczovL3Nob3AuZXhhbXBsZUBvdGhlci5leGFtcGxlL6X40aVDqQdruJhmUGbywec'
    const target = 'https://shop.example@other.example/'
    for (const known of [[old], [...keys, old]] as [LinkKeys, LinkKeys]) {
      expect(readToken(known, ofHex)).toEqual(link)
      expect(readToken(known, ofText)).toEqual({ portal: 'acme', entityTypeId: 128, itemId: 4, target })
    }
    expect(readToken(keys, ofHex)).toBeNull()
    expect(readToken([old], `${ofHex.slice(0, -2)}Ay`)).toBeNull()
  })

  it('has a name that does not give it away', () => {
    expect(linkId(tokenOf(link))).toMatch(/^[\w-]{16}$/)
    expect(tokenOf(link)).not.toContain(linkId(tokenOf(link)))
  })

  it('is found in addresses of any origin that we once had', () => {
    expect(tokenIn(linkAddress('http://old.example:8080', keys, link))).toBe(tokenOf(link))
    expect(tokenIn(`https://stagecue.example/x/l/${tokenOf(link)}`)).toBeNull()
    expect(tokenIn('https://stagecue.example/l/')).toBeNull()
  })
})

describe('a target', () => {
  it.each([
    'https://acme.example',
    'http://acme.example:8080/a?b#c',
    'HTTPS://acme.example/Ü/猫',
    'https://[::1]/',
    'https://acme.example/@kim?a=b@c',
  ])('%s may be linked', (target) => expect(isTarget(target)).toBe(true))

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
    'https://shop.example@other.example/',
    'https://kim:secret@acme.example/',
    'https://@acme.example/',
    'https://:@acme.example/',
    '',
    `https://acme.example/${'x'.repeat(2000)}`,
  ])('%s may not', (target) => expect(isTarget(target)).toBe(false))
})
