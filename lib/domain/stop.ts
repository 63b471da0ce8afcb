import { refKey } from './entity-types.ts'
import type { Ref } from './occurrence.ts'

/** One link, all links to an address, all links to a host, or all links of a portal. */
export type StopScope = 'link' | 'address' | 'host' | 'portal'

/** What is stopped: links are found by `hash`, people read `label`. */
export type Stop = Readonly<{ what: StopScope; hash: string; label: string }>

/** What people read of one link: whose it is, and the host that it leads to. */
export function linkLabel(item: Ref, host: string): string {
  return `${refKey(item)} ${host}`
}

/** The host alone where the label is of a link of one of these items; null: it is not. */
export function withoutItem(label: string, items: readonly Ref[]): string | null {
  const item = items.find((one) => label.startsWith(linkLabel(one, '')))
  return item === undefined ? null : label.slice(linkLabel(item, '').length)
}
