import { type LookupAddress, lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { Refused } from './errors/errors.ts'

/** What the operator allows (`design.md` 6, B24_ALLOW_HTTP and B24_ALLOW_PRIVATE). */
export type AddressRules = Readonly<{ allowHttp: boolean; allowPrivate: boolean }>

/** Private, loopback, link-local, shared and reserved networks (RFC 6890), where the services of our own network live. */
const privateNetworks = new BlockList()
for (const network of `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16
  198.18.0.0/15 224.0.0.0/4 240.0.0.0/4`.split(/\s+/)) {
  const [address = '', bits] = network.split('/')
  privateNetworks.addSubnet(address, Number(bits), 'ipv4')
}
for (const network of '::/127 64:ff9b::/96 fc00::/7 fe80::/10 ff00::/8'.split(' ')) {
  const [address = '', bits] = network.split('/')
  privateNetworks.addSubnet(address, Number(bits), 'ipv6')
}

/** Is this IP address of a private network? IPv4 written as IPv6 is judged as IPv4. */
export function isPrivate(address: string): boolean {
  const embedded = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (embedded !== undefined) return isPrivate(embedded)
  return privateNetworks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/**
 * A portal's REST address, checked and written the one way: `https://host/rest/`. Throws `Refused` for anything that is no such
 * address or that the operator does not allow. Names are looked up when they are called (`guardedLookup`).
 */
export function portalEndpoint(text: string, rules: AddressRules): string {
  if (!URL.canParse(text)) throw refused('no address')
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && rules.allowHttp)) throw refused('not https')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw refused('more than a path')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isLocalName = host === 'localhost' || host.endsWith('.localhost')
  if (!rules.allowPrivate && (isLocalName || (isIP(host) !== 0 && isPrivate(host)))) throw refused('private network')
  return `${url.origin}${url.pathname.replace(/(?<!\/)\/*$/, '/')}`
}

/**
 * DNS for outgoing calls: a name that resolves to a private network is not connected to. It guards the connection itself, so a
 * name that changes its address between check and call gains nothing.
 */
export function guardedLookup(rules: AddressRules): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '')
      const allowed = rules.allowPrivate ? addresses : addresses.filter(({ address }) => !isPrivate(address))
      const [first] = allowed as [LookupAddress?]
      if (first === undefined) {
        return done(Object.assign(new Error('private network'), { code: 'ADDRESS_REFUSED' }), '')
      }
      if (options.all) return (done as (error: null, found: LookupAddress[]) => void)(null, allowed)
      done(null, first.address, first.family)
    })
  }
}

function refused(why: string): Refused {
  return new Refused({ code: 'ADDRESS_REFUSED', text: `The portal's address is not allowed: ${why}` })
}
