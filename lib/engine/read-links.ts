import { z } from 'zod'
import { readToken, tokenIn } from '../links.ts'
import type { PortalClient } from '../portal/types.ts'
import { findKnownKeys } from '../store/find-known-keys.ts'
import { confirmedAt, isMail, isTracked, mailKeys } from '../triggers/mail.ts'
import type { ReadyTrigger } from '../triggers/trigger.ts'
import type { ActivityRow } from './activity-facts.ts'
import { bodyLinks } from './body-links.ts'
import type { Round } from './job.ts'
import { ask, pages } from './read.ts'
import type { Reading } from './reading.ts'

const bodySchema = z.object({
  ID: z.coerce.number().int().positive(),
  DESCRIPTION: z.string().catch(''),
  DESCRIPTION_TYPE: z.coerce.number().catch(0),
})

/**
 * Bitrix24 does not say which link of an e-mail was clicked first, so the bodies of clicked e-mails are read, once, and their links
 * added to the reading. An e-mail with one of our own links gets none: it is judged by our clicks alone. Bodies go no further
 * than here.
 */
export async function readLinks(
  round: Round,
  client: PortalClient,
  reading: Reading,
  triggers: readonly ReadyTrigger[],
): Promise<void> {
  if (!triggers.some(({ kind }) => kind === 'email-link-clicked')) return
  const clicked = [...reading.activities.values()].flatMap((mail) => (mail && isClicked(mail) ? [mail] : []))
  const keys = new Map(clicked.map((mail) => [mail.id, Object.values(mailKeys('email-link-clicked', mail))]))
  const known = await findKnownKeys(round.db, round.portal.memberId, [...keys.values()].flat())
  const unjudged = [...keys].filter(([, ofMail]) => !ofMail.some((key) => known.has(key))).map(([id]) => id)
  for (const [id, links] of await askBodies(client, unjudged)) {
    const mail = reading.activities.get(id)
    if (mail && !links.some((address) => isOurs(round, address))) reading.activities.set(id, { ...mail, links })
  }
}

function isClicked(mail: ActivityRow): boolean {
  return isMail(mail, 2) && isTracked(mail) && confirmedAt(mail, 'CLICK_CONFIRMED') !== null
}

async function askBodies(client: PortalClient, ids: number[]): Promise<Map<number, string[]>> {
  const commands = pages(ids).map((page) => {
    const params = { filter: { '@ID': page }, select: Object.keys(bodySchema.shape), start: -1 }
    return [`bodies_${page[0]}`, { method: 'crm.activity.list', params }] as const
  })
  if (commands.length === 0) return new Map()
  const links = new Map<number, string[]>()
  for (const answer of Object.values(await ask(client, Object.fromEntries(commands)))) {
    if (!answer.ok) throw answer.error
    for (const row of Array.isArray(answer.result) ? answer.result : []) {
      const body = bodySchema.safeParse(row)
      if (body.success) links.set(body.data.ID, bodyLinks(body.data.DESCRIPTION, body.data.DESCRIPTION_TYPE))
    }
  }
  return links
}

function isOurs({ linkKey, portal }: Round, address: string): boolean {
  const token = tokenIn(address)
  return token !== null && readToken(linkKey, token)?.portal === portal.memberId
}
