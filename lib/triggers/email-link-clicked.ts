import { z } from 'zod'
import { startsWithAddress, withoutQuery } from './address.ts'
import type { ActivityFacts } from './facts.ts'
import type { Kind } from './kind.ts'
import { confirmedAt, isActivityWritten, isMail, isTracked, mailKeys, secondsAfterSending } from './mail.ts'
import { isTooSoon, minSeconds, minSecondsDescription } from './min-seconds.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'email-link-clicked': true
  }
}

const fieldSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2000),
  whenUnsure: z.enum(['skip', 'move']).nullish(),
  minSeconds,
})

/**
 * A customer clicks the link of an e-mail: one of our tracked links, or the first click that Bitrix24 tracks. The latter does not say
 * which link it was, so all links of the e-mail's body are compared. An e-mail with a link of ours for one of its items is judged by our
 * clicks alone: where they cannot tell of the trigger's address, the journal says that it is not certain which link was clicked.
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
    minSecondsDescription,
  ],
  mayMatch: isActivityWritten,
  recognise(facts) {
    if (facts.shape === 'click') {
      const { linkId, clickId, targets, at, machine, secondsAfterMaking, place } = facts
      const details = { target: withoutQuery(targets[0] ?? ''), links: targets.length, machine }
      const soon = secondsAfterMaking === null ? {} : { secondsAfterSending: secondsAfterMaking }
      return { key: `email-link-clicked:${linkId}:${clickId}`, at, facts: { ...details, ...soon }, place }
    }
    if (facts.shape !== 'activity' || !isMail(facts, 2) || !isTracked(facts) || facts.links === undefined) return null
    const at = confirmedAt(facts, 'CLICK_CONFIRMED')
    if (at === null) return null
    const details = {
      activityId: facts.id,
      links: facts.links?.length ?? null,
      machine: false,
      secondsAfterSending: secondsAfterSending(facts, at),
    }
    return { ...mailKeys('email-link-clicked', facts), at, facts: details }
  },
  matches({ url }, _occurrence, facts) {
    if (facts.shape === 'click') return isAmong(facts.targets, url)
    return (
      facts.shape === 'activity' && !isReportedByOurClicks(facts, url) && (!facts.links || isAmong(facts.links, url))
    )
  },
  veto(fields, occurrence, facts) {
    if (occurrence.facts.machine === true || isTooSoon(fields, occurrence)) return 'machine'
    const certainty = facts?.shape === 'activity' ? certaintyOf(facts, fields.url) : 'certain'
    return certainty === 'certain' || (certainty === 'unsure' && fields.whenUnsure === 'move') ? null : 'link-ambiguous'
  },
} as const satisfies Kind<z.infer<typeof fieldSchema>>

/** A click on one of our links in the e-mail comes by itself; Bitrix24's mark of it is no second one. */
function isReportedByOurClicks({ trackedTargets = [] }: ActivityFacts, url: string): boolean {
  return isAmong(trackedTargets, url)
}

/** `ours`: only our own clicks would tell, and they do not tell of this address. */
function certaintyOf({ links, trackedTargets = [] }: ActivityFacts, url: string): 'certain' | 'unsure' | 'ours' {
  if (trackedTargets.length > 0) return 'ours'
  return links?.every((address) => startsWithAddress(address, url)) ? 'certain' : 'unsure'
}

function isAmong(addresses: readonly string[], url: string): boolean {
  return addresses.some((address) => startsWithAddress(address, url))
}
