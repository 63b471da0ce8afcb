import { lookup } from 'node:dns/promises'
import { hostOf, isPrivate } from '../bitrix24/address.ts'
import type { Config } from '../config.ts'
import { certificateFault, shownCertificate } from './certificate.ts'
import { type Fault, type Finding, fault, fine } from './finding.ts'

/** How long our own server may take, milliseconds: Bitrix24 waits about five seconds for an event's answer. */
const TIMEOUT_MS = 5000

/** Goes the way that Bitrix24 goes: name, network, certificate, and then to the server behind it, which must be ours. */
export async function addressFindings(config: Config, now: Date): Promise<readonly Finding[]> {
  const { publicUrl, publicLinkUrl } = config
  const addresses =
    publicLinkUrl === publicUrl ? { PUBLIC_URL: publicUrl } : { PUBLIC_URL: publicUrl, PUBLIC_LINK_URL: publicLinkUrl }
  const examined = Object.entries(addresses).map(async ([about, address]) => {
    const found = await faultOf(about, new URL(address), config, now)
    return found ?? fine(about, `${address} leads to Stagecue`)
  })
  return Promise.all(examined)
}

async function faultOf(about: string, url: URL, config: Config, now: Date): Promise<Fault | null> {
  return (
    (await networkFault(about, url, config)) ??
    (url.protocol === 'https:' ? await tlsFault(about, url, now) : null) ??
    (await serverFault(about, url))
  )
}

async function networkFault(about: string, url: URL, { allowPrivate }: Config): Promise<Fault | null> {
  const host = hostOf(url)
  const found = await lookup(host, { all: true }).catch(() => [])
  if (found.length === 0)
    return fault(about, `The name ${host} leads to no address.`, 'Enter it in DNS, or correct the variable.')
  if (!allowPrivate && found.every(({ address }) => isPrivate(address)))
    return fault(
      about,
      `${host} is in a private network, where Bitrix24 does not come.`,
      'Give it a public address, or set B24_ALLOW_PRIVATE=true for portals of your own network.',
    )
  return null
}

async function tlsFault(about: string, url: URL, now: Date): Promise<Fault | null> {
  const shown = await shownCertificate(url)
  // Who shows none is told of by the request that follows.
  return shown && certificateFault(about, shown, now)
}

async function serverFault(about: string, url: URL): Promise<Fault | null> {
  const response = await fetch(new URL('/health', url), {
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => null)
  if (response === null)
    return fault(
      about,
      `Nobody answers at ${url.origin}.`,
      'Start Stagecue and the proxy before it, and open the port.',
    )
  const body = await response.text().catch(() => '')
  if (response.status >= 300 && response.status < 400)
    return fault(
      about,
      `${url.origin} sends callers elsewhere.`,
      'Set the variable to the address where it ends: Bitrix24 follows no redirect with an event.',
    )
  if (body === '{"status":"ok"}') return null
  if (body === '{"status":"store-down"}')
    return fault(
      about,
      'Stagecue answers, and its database does not.',
      'Start the database, or see why it does not answer.',
    )
  if ([502, 503, 504].includes(response.status))
    return fault(
      about,
      `The proxy finds no Stagecue behind it (${response.status}).`,
      'Start Stagecue, or correct the address that the proxy leads to.',
    )
  return fault(
    about,
    `Another server answers at ${url.origin} (${response.status}).`,
    'Lead the address to Stagecue, all paths of it.',
  )
}
