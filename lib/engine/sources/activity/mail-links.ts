import { z } from 'zod'
import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import { phpList } from '../../../bitrix24/php-list.ts'
import { readToken, tokenIn } from '../../../links.ts'
import type { Round, Sitting } from '../../../queue/job.ts'
import { findKnownKeys } from '../../../store/occurrences.ts'
import { confirmedAt, isMail, isTracked, mailKeys } from '../../../triggers/mail.ts'
import type { ReadyTrigger } from '../../../triggers/trigger.ts'
import { refusal } from '../../snapshot/failures.ts'
import { answer, pages } from '../../snapshot/fetch.ts'
import { keepListed, type Question } from '../../snapshot/question.ts'
import type { Reading } from '../../snapshot/snapshot.ts'
import type { ActivityRow } from './activity-facts.ts'
import { bodyLinks } from './body-links.ts'

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
 * e-mail with one of our own links gets none: it is judged by our clicks alone. Of one whose body is refused nobody knows the links, which
 * is null. Bodies go no further than here.
 */
export async function addLinks(
  sitting: Pick<Sitting, 'linkKeys' | 'portal'>,
  client: PortalClient,
  reading: Reading,
  mails: readonly ActivityRow[],
): Promise<void> {
  const links = new Map<number, readonly string[] | null>()
  const questions = pages(mails.map(({ id }) => id)).map((ids) => [`bodies_${ids[0]}`, askBodies(ids, links)] as const)
  await answer(client, reading, Object.fromEntries(questions))
  for (const mail of mails) {
    const isRefused = refusal(reading.failures, [`links ${mail.id}`]) !== null
    const found = isRefused ? null : links.get(mail.id)
    if (found === undefined || found?.some((address) => isOurs(sitting, address))) continue
    reading.activities.set(mail.id, { ...mail, links: found })
  }
}

function isClicked(mail: ActivityRow): boolean {
  return isMail(mail, 2) && isTracked(mail) && confirmedAt(mail, 'CLICK_CONFIRMED') !== null
}

/** The links of up to 50 e-mails; of one that the portal does not show (any more) none. */
function askBodies(ids: readonly number[], links: Map<number, readonly string[] | null>): Question {
  const params = { filter: { '@ID': ids }, select: Object.keys(bodySchema.shape), start: -1 }
  return {
    command: { method: 'crm.activity.list', params },
    about: ids.map((id) => `links ${id}` as const),
    keep(result) {
      const keep = (id: number, body: ReturnType<typeof parseBody>) => body && links.set(id, body.links)
      return keepListed(phpList(result), ids, parseBody, keep).map((id) => `links ${id}` as const)
    },
  }
}

function parseBody(row: unknown): { id: number; links: string[] } | null {
  const body = bodySchema.safeParse(row).data
  return body ? { id: body.ID, links: bodyLinks(body.DESCRIPTION, body.DESCRIPTION_TYPE) } : null
}

function isOurs({ linkKeys, portal }: Pick<Sitting, 'linkKeys' | 'portal'>, address: string): boolean {
  const token = tokenIn(address)
  return token !== null && readToken(linkKeys, token)?.portal === portal.memberId
}
