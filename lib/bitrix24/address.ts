import { type LookupAddress, lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { RejectedError } from './errors/errors.ts'

/** What the operator allows (`design.md` 6, B24_ALLOW_HTTP and B24_ALLOW_PRIVATE). */
export type AddressRules = Readonly<{ allowHttp: boolean; allowPrivate: boolean }>

/** What is no public address of IPv4 (RFC 6890), and where a cloud has services of its own: Azure answers its machines at 168.63.129.16. */
const closedIpv4 = networks(
  'ipv4',
  `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
  192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4`,
)

/** Public addresses of IPv6 are all in here … */
const openIpv6 = networks('ipv6', '2000::/3')

/** … but for protocols' own ones, Teredo among them, what leads to IPv4 (6to4), and what is for documentation. */
const closedIpv6 = networks('ipv6', '2001::/23 2001:db8::/32 2002::/16 3ffe::/16 3fff::/20')

function networks(family: 'ipv4' | 'ipv6', list: string): BlockList {
  const all = new BlockList()
  for (const network of list.split(/\s+/)) {
    const [address = '', bits] = network.split('/')
    all.addSubnet(address, Number(bits), family)
  }
  return all
}

/**
 * Is this IP address anything but a public one, where the services of our own network may live? IPv4 written as IPv6 is judged as IPv4;
 * other ways to reach IPv4 through IPv6 are not public.
 */
export function isPrivate(address: string): boolean {
  const embedded = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  if (isIP(embedded) === 4) return closedIpv4.check(embedded, 'ipv4')
  return !openIpv6.check(embedded, 'ipv6') || closedIpv6.check(embedded, 'ipv6')
}

/** Below it are services of the system, such as mail; a portal of one's own serves HTTPS at its port, or at one that needs no rights. */
const FIRST_FREE_PORT = 1024

/** The host of an address as sockets and DNS want it: IPv6 without the brackets that stand around it in addresses. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/**
 * A portal's REST address, checked and written the one way: `https://host/rest/`. Throws `RejectedError` for anything that is no such
 * address or that the operator does not allow. Names are looked up when they are called (`guardedLookup`).
 */
export function portalEndpoint(text: string, rules: AddressRules): string {
  const url = URL.parse(text)
  if (url === null) throw refused('no address')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && rules.allowHttp)) throw refused('not https')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw refused('more than a path')
  if (url.port !== '' && Number(url.port) < FIRST_FREE_PORT) throw refused('port')
  const host = hostOf(url)
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

function refused(why: string): RejectedError {
  return new RejectedError({ code: 'ADDRESS_REFUSED', text: `The portal's address is not allowed: ${why}` })
}
