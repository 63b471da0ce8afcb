import type { LookupAddress } from 'node:dns'
import { get } from 'node:http'
import { get as getSecure } from 'node:https'
import { describe, expect, it } from 'vitest'
import { guardedLookup, isPrivate, portalEndpoint } from '../../../lib/bitrix24/address.ts'
import { createHttpAgents } from '../../../lib/bitrix24/client/sdk.ts'

const strict = { allowHttp: false, allowPrivate: false }
const loose = { allowHttp: true, allowPrivate: true }

describe('an address of a portal', () => {
  it.each([
    ['https://acme.bitrix24.com/rest/', 'https://acme.bitrix24.com/rest/'],
    ['https://acme.bitrix24.com/rest', 'https://acme.bitrix24.com/rest/'],
    ['https://ACME.bitrix24.com:443/rest//', 'https://acme.bitrix24.com/rest/'],
    ['https://crm.example.org:8443/rest/', 'https://crm.example.org:8443/rest/'],
  ])('%s is written the one way', (given, endpoint) => {
    expect(portalEndpoint(given, strict)).toBe(endpoint)
  })

  it.each([
    'acme.bitrix24.com',
    'http://acme.bitrix24.com/rest/',
    'ftp://acme.bitrix24.com/',
    'https://user:secret@acme.bitrix24.com/rest/',
    'https://acme.bitrix24.com/rest/?x=1',
    'https://acme.bitrix24.com/rest/#x',
    'https://localhost/rest/',
    'https://127.0.0.1/rest/',
    'https://2130706433/rest/',
    'https://0x7f.1/rest/',
    'https://10.1.2.3/rest/',
    'https://169.254.169.254/rest/',
    'https://[::1]/rest/',
    'https://[::ffff:127.0.0.1]/rest/',
    'https://[fd00::1]/rest/',
    'https://[::ffff:7f00:1]/rest/',
    'https://[64:ff9b::7f00:1]/rest/',
    'https://168.63.129.16/rest/',
    'https://acme.bitrix24.com:25/rest/',
    'https://acme.bitrix24.com:80/rest/',
    'https://acme.bitrix24.com:1023/rest/',
  ])('%s is refused', (given) => {
    expect(() => portalEndpoint(given, strict)).toThrow('ADDRESS_REFUSED')
  })

  it('may be http and private when the operator says so', () => {
    expect(portalEndpoint('http://127.0.0.1:8080/rest/', loose)).toBe('http://127.0.0.1:8080/rest/')
    expect(() => portalEndpoint('http://10.0.0.1/rest/', { ...strict, allowHttp: true })).toThrow('private network')
    expect(() => portalEndpoint('http://10.0.0.1/rest/', { ...strict, allowPrivate: true })).toThrow('not https')
  })
})

/** One address of each network that is not public, by what it is for. */
const closed: Record<string, readonly string[]> = {
  'this host and network': ['0.0.0.0', '0.1.2.3', '127.0.0.1', '127.255.255.255', '::', '::1'],
  'private networks': ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  'a provider’s own network': ['100.64.0.1', '100.127.255.255'],
  'one link': ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'fec0::1'],
  'services of a cloud': ['168.63.129.16', '169.254.169.254', 'fd00:ec2::254'],
  protocols: ['192.0.0.8', '192.88.99.1', '2001::1', '2001:0:4136:e378::1', '2001:20::1', '2001:1ff::1'],
  'IPv4 in IPv6': [
    '::10.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '::ffff:0:a00:1',
    '64:ff9b::a00:1',
    '64:ff9b:1::a00:1',
    '2002:a00:1::1',
  ],
  nobody: ['100::1', '240.0.0.1', '255.255.255.255', '198.18.0.1', '198.19.255.255', '3ffe::1', '4000::1', '1::1'],
  examples: ['192.0.2.1', '198.51.100.7', '203.0.113.9', '2001:db8::1', '3fff::1'],
  'many at once': ['224.0.0.1', '239.255.255.255', 'ff02::1'],
}

describe.each(Object.entries(closed))('an address for %s', (_, addresses) => {
  it.each(addresses)('is not public: %s', (address) => expect(isPrivate(address)).toBe(true))
})

describe('a public address', () => {
  it.each([
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '168.63.129.15',
    '172.32.0.1',
    '192.169.0.1',
    '223.255.255.255',
    '2000::1',
    '2001:200::1',
    '2a00:1450::1',
    '3fff:1000::1',
    '::ffff:8.8.8.8',
  ])('is %s', (address) => expect(isPrivate(address)).toBe(false))
})

describe('a name', () => {
  const look = (rules: typeof strict, all: boolean) =>
    new Promise<unknown>((resolve) => {
      guardedLookup(rules)('localhost', { all }, (error, found: string | LookupAddress[]) =>
        resolve(error?.code ?? found),
      )
    })

  it('that resolves to a private network is not connected to', async () => {
    expect(await look(strict, true)).toBe('ADDRESS_REFUSED')
    expect(await look(strict, false)).toBe('ADDRESS_REFUSED')
    expect(await look(loose, false)).toMatch(/^(127\.0\.0\.1|::1)$/)
    expect(await look(loose, true)).toContainEqual(expect.objectContaining({ family: expect.any(Number) }))
  })
})

describe('a connection', () => {
  it.each([get, getSecure])('goes to no private network by name', async (open) => {
    const { http, https } = createHttpAgents(strict)
    const agent = open === get ? http : https
    const code = await new Promise((resolve) => {
      open({ host: 'localhost', port: 9, agent }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    })
    expect(code).toBe('ADDRESS_REFUSED')
  })
})
