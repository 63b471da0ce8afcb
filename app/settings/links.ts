import type { LinkHosts, StoppedLink } from '../../lib/api/links.ts'
import type { Names } from '../names.ts'
import type { Translate } from '../translate.ts'

/** What `POST /api/links/stopped` takes: one of our links, or an address or a host that links lead to. */
export function stopRequest(text: string): { link: string } | { target: string } {
  const written = text.trim()
  return /^https?:\/\/[^/?#]+\/l\/[\w-]+$/i.test(written) ? { link: written } : { target: written }
}

/** What is stopped, in words; an item is named as far as the reader may see it. */
export function stopText({ what, label }: StoppedLink, { t, names }: { t: Translate; names: Names }): string {
  const [, type, id, host] = /^(\d+):(\d+) (.+)$/.exec(label) ?? []
  if (what !== 'link' || host === undefined) return t(`links.what.${what}`, { label })
  const title = names.item({ entityTypeId: Number(type), id: Number(id) })?.title
  return t('links.what.link', { item: title ? t('common.quoted', { text: title }) : t('links.an-item'), host })
}

/** Hosts with whether all links to them are stopped. */
export function hostsWith(
  hosts: LinkHosts['entries'],
  stops: readonly StoppedLink[],
): (LinkHosts['entries'][number] & { isStopped: boolean })[] {
  const isWhole = stops.some(({ what }) => what === 'portal')
  const stopped = new Set(stops.filter(({ what }) => what === 'host').map(({ label }) => label))
  return hosts.map((one) => ({ ...one, isStopped: isWhole || stopped.has(one.host) }))
}
