import { createHash } from 'node:crypto'
import { linkLabel, type Stop } from '../domain/stop.ts'
import { isTarget } from '../links.ts'
import type { TrackedLink } from './link-content.ts'

/** Each stop that would hold a link up. */
export function stopsOf(link: TrackedLink): readonly Stop[] {
  return [stopOfLink(link), stopOfAddress(link.target), stopOfHost(new URL(link.target).host), wholePortal]
}

/** All links of a portal. */
export const wholePortal: Stop = { what: 'portal', hash: '', label: '' }

/** All tokens that say the same are one link, whichever key made them. The label does not say where in the target's site it leads. */
export function stopOfLink({ portal, entityTypeId, itemId, target }: TrackedLink): Stop {
  const hash = hashOf(JSON.stringify([portal, entityTypeId, itemId, target]))
  return { what: 'link', hash, label: linkLabel({ entityTypeId, id: itemId }, new URL(target).host) }
}

/** An address stops what leads there, whatever part of the page it shows; a host such as `shop.example` all of it. Null: it is neither. */
export function stopOfTarget(text: string): Stop | null {
  if (isTarget(text)) return stopOfAddress(text)
  const origin = `https://${text}`
  const isHost = /^[^/?#@]+$/.test(text) && isTarget(origin)
  return isHost ? stopOfHost(new URL(origin).host) : null
}

function stopOfAddress(target: string): Stop {
  const url = new URL(target)
  url.hash = ''
  const whole = url.href
  url.search = ''
  return { what: 'address', hash: hashOf(whole), label: url.href }
}

function stopOfHost(host: string): Stop {
  return { what: 'host', hash: hashOf(host), label: host }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
