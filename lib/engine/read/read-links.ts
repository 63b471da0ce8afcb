import { z } from 'zod'
import { readToken, tokenIn } from '../../links.ts'
import type { PortalClient } from '../../portal/types.ts'
import { findKnownKeys } from '../../store/find-known-keys.ts'
import { confirmedAt, isMail, isTracked, mailKeys } from '../../triggers/mail.ts'
import type { ReadyTrigger } from '../../triggers/trigger.ts'
import type { Round, Sitting } from '../job.ts'
import type { ActivityRow } from './activity-facts.ts'
import { bodyLinks } from './body-links.ts'
import { ask, pages } from './read.ts'
import type { Reading } from './reading.ts'

const bodySchema = z.object({
  ID: z.coerce.number().int().positive(),
  DESCRIPTION: z.string().catch(''),
  DESCRIPTION_TYPE: z.coerce.number().catch(0),
})

/** Adds links to the clicked e-mails of a reading whose click was not counted yet, if any trigger asks for clicks. */
export async function readLinks(
  round: Round,
  client: PortalClient,
  reading: Reading,
  triggers: readonly ReadyTrigger[],
): Promise<void> {
  if (!triggers.some(({ kind }) => kind === 'email-link-clicked')) return
  const keysOf = (mail: ActivityRow) => {
    const { key, aliases } = mailKeys('email-link-clicked', mail)
    return [key, ...aliases]
  }
  const clicked = clickedMails(reading)
  const known = await findKnownKeys(round.db, round.portal.memberId, clicked.flatMap(keysOf))
  const uncounted = clicked.filter((mail) => !keysOf(mail).some((key) => known.has(key)))
  await addLinks(round, client, reading, uncounted)
}

/** The e-mails of a reading of which Bitrix24 has seen a click. */
export function clickedMails(reading: Reading): ActivityRow[] {
  return [...reading.activities.values()].flatMap((mail) => (mail && isClicked(mail) ? [mail] : []))
}

/**
 * Bitrix24 does not say which link of an e-mail was clicked first, so their bodies are read and their links added to the reading. An
 * e-mail with one of our own links gets none: it is judged by our clicks alone. Bodies go no further than here.
 */
export async function addLinks(
  sitting: Pick<Sitting, 'linkKey' | 'portal'>,
  client: PortalClient,
  reading: Reading,
  mails: ActivityRow[],
): Promise<void> {
  const bodies = await askBodies(
    client,
    mails.map(({ id }) => id),
  )
  for (const mail of mails) {
    const links = bodies.get(mail.id)
    if (links && !links.some((address) => isOurs(sitting, address))) reading.activities.set(mail.id, { ...mail, links })
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

function isOurs({ linkKey, portal }: Pick<Sitting, 'linkKey' | 'portal'>, address: string): boolean {
  const token = tokenIn(address)
  return token !== null && readToken(linkKey, token)?.portal === portal.memberId
}
