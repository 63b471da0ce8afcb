import type { Command } from '../../bitrix24/client/rest.ts'
import { PortalError } from '../../bitrix24/errors/errors.ts'
import type { OpenIntent } from '../../domain/intent.ts'
import { languageOf } from '../../texts/translate.ts'
import type { JobContext } from '../context.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import { timelineEntry } from './timeline-entry.ts'

/**
 * Moves that were made although the portal told of an error have no timeline entry, as its command came to nothing with the update's: it is
 * written now, once.
 */
export async function addEntries(
  context: JobContext,
  snapshot: PortalSnapshot,
  moved: readonly OpenIntent[],
): Promise<void> {
  const lang = languageOf(context.portal.lang)
  for (const [userId, intents] of Map.groupBy(moved, ({ move }) => move.userId)) {
    const names = await namesOf(context, userId, intents)
    for (const intent of intents) {
      await addEntry(context, userId, timelineEntry(intent, intent.item.id, { lang, snapshot, names }))
    }
  }
}

/** Writes one entry under somebody's name. A portal that does not take it has the move all the same. */
export function addEntry(context: JobContext, userId: number, entry: Command): Promise<void> {
  return send(context, userId, entry, 'A move has no timeline entry')
}

/** Takes the entry of a call back that moved nothing after all: the portal said yes, and put the stage back in silence. */
export function removeEntry(context: JobContext, userId: number, id: number): Promise<void> {
  const command = { method: 'crm.timeline.logmessage.delete', params: { id } }
  return send(context, userId, command, 'A move that was not made has a timeline entry')
}

async function send(
  context: JobContext,
  userId: number,
  { method, params }: Command,
  ifRefused: string,
): Promise<void> {
  const { memberId } = context.portal
  try {
    const client = await context.clients.as(memberId, userId, 'work')
    await client.call(method, params)
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    context.log.warn({ portal: memberId, code: error.code }, ifRefused)
  }
}

/** Names that timeline entries show: of the person who moves, and of those for whom he stands in. */
export function namesOf(
  context: JobContext,
  userId: number,
  intents: readonly OpenIntent[],
): Promise<ReadonlyMap<number, string>> {
  const stoodIn = intents.flatMap(({ move }) => move.onBehalfOf ?? [])
  return context.names(context.portal.memberId, stoodIn.length === 0 ? [] : [userId, ...stoodIn], 'work')
}
