import { z } from 'zod'
import { startsWithAddress } from './address.ts'
import type { Facts } from './facts.ts'
import type { Kind } from './kind.ts'
import { confirmedAt, isActivityWritten, isMail, isTracked, mailKeys } from './mail.ts'

const fieldSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2000),
  whenUnsure: z.enum(['skip', 'move']).nullish(),
})

/**
 * A customer clicks the link of an e-mail: one of our tracked links, or the first click that Bitrix24 tracks. The latter does not say
 * which link it was, so all links of the e-mail's body are compared.
 */
export const emailLinkClicked = {
  kind: 'email-link-clicked',
  group: 'email',
  shape: ['activity', 'click'],
  scope: 'crm',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [
    { name: 'url', type: 'url', required: true, default: null },
    { name: 'whenUnsure', type: 'text', required: false, default: 'skip', choices: ['skip', 'move'] },
  ],
  couldServe: isActivityWritten,
  recognise(facts) {
    if (facts.shape === 'click') {
      const { linkId, clickId, targets, at, machine, place } = facts
      const told = { target: targets[0] ?? '', links: targets.length, machine }
      return { key: `email-link-clicked:${linkId}:${clickId}`, at, facts: told, place }
    }
    if (facts.shape !== 'activity' || !isMail(facts, 2) || !isTracked(facts) || facts.links === undefined) return null
    const at = confirmedAt(facts, 'CLICK_CONFIRMED')
    if (at === null) return null
    const told = { activityId: facts.id, links: facts.links?.length ?? null, machine: false }
    return { ...mailKeys('email-link-clicked', facts), at, facts: told }
  },
  matches: ({ url }, _occurrence, facts) =>
    clickable(facts)?.some((address) => startsWithAddress(address, url)) ?? true,
  doubt({ url, whenUnsure }, { facts: told }, facts) {
    if (told.machine === true) return 'machine'
    const isCertain =
      facts?.shape !== 'activity' || (clickable(facts)?.every((address) => startsWithAddress(address, url)) ?? false)
    return isCertain || whenUnsure === 'move' ? null : 'link-ambiguous'
  },
} as const satisfies Kind<z.infer<typeof fieldSchema>>

/** The addresses one of which was clicked; null: nobody knows them. Bitrix24 compares letters, and knows no end of a host. */
function clickable(facts: Facts): readonly string[] | null {
  if (facts.shape === 'click') return facts.targets
  if (facts.shape !== 'activity') return []
  return facts.links === undefined ? [] : facts.links
}
