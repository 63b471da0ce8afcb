import { z } from 'zod'
import { pages } from '../../../bitrix24/client/batches.ts'
import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import { phpList } from '../../../bitrix24/php-list.ts'
import { refKey } from '../../../domain/entity-types.ts'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import { readToken, tokenIn } from '../../../links.ts'
import { findKnownKeys } from '../../../store/occurrences.ts'
import { dependsOnBody } from '../../../triggers/automatic-mail.ts'
import { confirmedAt, isMail, isTracked, mailKeys } from '../../../triggers/mail.ts'
import type { JobContext, PortalContext } from '../../context.ts'
import { passing, refusal } from '../../snapshot/failures.ts'
import { fetchMissing } from '../../snapshot/fetch.ts'
import { answer, collectListed, type Question } from '../../snapshot/question.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import type { ActivityRow } from './activity-facts.ts'
import { bodyLinks } from './body-links.ts'
import { isEmptyBody } from './empty-body.ts'

const bodySchema = z.object({
  ID: z.coerce.number().int().positive(),
  DESCRIPTION: z.string().catch(''),
  DESCRIPTION_TYPE: z.coerce.number().catch(0),
})

/** What a body tells. It goes no further than here. */
type Body = { id: number; links: string[]; isEmpty: boolean }

/** Kinds that a body has something to tell for, and which e-mails that concerns. */
const askers = { 'email-link-clicked': isClicked, 'email-incoming': mayBeAnswer } as const

type Asker = keyof typeof askers

/** Adds to the e-mails of a snapshot what their bodies tell, where enabled triggers ask for it and it was not counted yet. */
export async function readBodies(
  context: JobContext,
  client: PortalClient,
  snapshot: PortalSnapshot,
  triggers: readonly ReadyTrigger[],
): Promise<void> {
  const asking = (Object.keys(askers) as Asker[]).filter((asker) => triggers.some(({ kind }) => kind === asker))
  const asked = asking.flatMap((asker) =>
    mailsFor(asker, snapshot).map((mail) => ({ mail, keys: keysOf(asker, mail) })),
  )
  const known = await findKnownKeys(
    context.db,
    context.portal.memberId,
    asked.flatMap(({ keys }) => keys),
  )
  const uncounted = asked.flatMap(({ mail, keys }) => (keys.some((key) => known.has(key)) ? [] : [mail]))
  await addBodies(context, client, snapshot, uncounted)
}

/** The e-mails of a snapshot whose bodies have something to tell for a kind. */
export function mailsFor(kind: string, snapshot: PortalSnapshot): ActivityRow[] {
  const concerns = askers[kind as Asker] as ((mail: ActivityRow) => boolean) | undefined
  return [...snapshot.activities.values()].flatMap((mail) => (mail && concerns?.(mail) ? [mail] : []))
}

function keysOf(kind: Asker, mail: ActivityRow): string[] {
  const { key, aliases } = mailKeys(kind, mail)
  return [key, ...aliases]
}

/** Bitrix24 has seen a click, and does not say of which link. */
function isClicked(mail: ActivityRow): boolean {
  return isMail(mail, 2) && isTracked(mail) && confirmedAt(mail, 'CLICK_CONFIRMED') !== null
}

/** A person or a calendar wrote it: an empty body tells. */
function mayBeAnswer({ mail, ...activity }: ActivityRow): boolean {
  return isMail(activity, 1) && mail !== undefined && dependsOnBody(mail)
}

/** Reads the bodies of these e-mails. Of one whose body is refused nobody knows the links, which is null, and whether it is empty. */
export async function addBodies(
  context: Pick<PortalContext, 'linkKeys' | 'portal'>,
  client: PortalClient,
  snapshot: PortalSnapshot,
  mails: readonly ActivityRow[],
): Promise<void> {
  const bodies = new Map<number, Body>()
  const questions = pages(mails.map(({ id }) => id)).map((ids) => [`bodies_${ids[0]}`, askBodies(ids, bodies)] as const)
  await answer(client, snapshot, Object.fromEntries(questions))
  const ours = new Map([...bodies].map(([id, { links }]) => [id, ownLinks(context, links)]))
  const withOurs = [...ours].flatMap(([id, links]) => (links.length > 0 ? [id] : []))
  await fetchMissing(client, snapshot, { items: [], pipelines: [], bindings: withOurs })
  for (const mail of mails) {
    const body = bodies.get(mail.id)
    if (mail.mail && body && isMail(mail, 1)) {
      snapshot.activities.set(mail.id, { ...mail, mail: { ...mail.mail, emptyBody: body.isEmpty } })
    }
    if (isMail(mail, 2)) keepLinks(snapshot, mail, body?.links ?? null, ours.get(mail.id) ?? [])
  }
}

/**
 * Our links silence Bitrix24's tracking where they lead for an item of the e-mail, so what it is bound to has to be known. What cannot be
 * told now is left open.
 */
function keepLinks(
  { activities, bindings, failures }: PortalSnapshot,
  mail: ActivityRow,
  links: readonly string[] | null,
  ours: readonly OwnLink[],
): void {
  const trouble = ours.length === 0 ? null : passing(failures, [`bindings ${mail.id}`])
  if (trouble !== null) failures.set(`body ${mail.id}`, trouble)
  const isKnown = links !== null || refusal(failures, [`body ${mail.id}`]) !== null
  if (!isKnown || trouble !== null) return
  const items = (bindings.get(mail.id) ?? []).map(refKey)
  const trackedTargets = ours.filter(({ item }) => items.includes(item)).map(({ target }) => target)
  activities.set(mail.id, { ...mail, links, trackedTargets })
}

/** The bodies of up to 50 e-mails. */
function askBodies(ids: readonly number[], bodies: Map<number, Body>): Question {
  const params = { filter: { '@ID': ids }, select: Object.keys(bodySchema.shape), start: -1 }
  return {
    command: { method: 'crm.activity.list', params },
    about: ids.map((id) => `body ${id}` as const),
    keep(result) {
      const keep = (id: number, body: Body | null) => body && bodies.set(id, body)
      return collectListed(phpList(result), ids, parseBody, keep).map((id) => `body ${id}` as const)
    },
  }
}

function parseBody(row: unknown): Body | null {
  const body = bodySchema.safeParse(row).data
  if (!body) return null
  const { ID, DESCRIPTION, DESCRIPTION_TYPE } = body
  return {
    id: ID,
    links: bodyLinks(DESCRIPTION, DESCRIPTION_TYPE),
    isEmpty: isEmptyBody(DESCRIPTION, DESCRIPTION_TYPE),
  }
}

/** One of our tracked links in a body: the item that it counts for, and where it leads. */
type OwnLink = { item: string; target: string }

function ownLinks(
  { linkKeys, portal }: Pick<PortalContext, 'linkKeys' | 'portal'>,
  addresses: readonly string[],
): OwnLink[] {
  return addresses.flatMap((address) => {
    const token = tokenIn(address)
    const link = token === null ? null : readToken(linkKeys, token)
    if (link?.portal !== portal.memberId) return []
    return [{ item: refKey({ entityTypeId: link.entityTypeId, id: link.itemId }), target: link.target }]
  })
}
