import { z } from 'zod'
import { largestId } from '../../../lib/domain/ids.ts'
import type { Ref } from '../../../lib/domain/occurrence.ts'
import { reasons } from '../../../lib/domain/reasons.ts'
import { isAtLeast } from '../../../lib/domain/role.ts'
import type { Services } from '../../../lib/services.ts'
import type { DecisionFilter } from '../../../lib/store/decisions.ts'
import { listTriggers } from '../../../lib/store/triggers.ts'
import { ApiError } from '../../http/api-error.ts'
import { numberInQuery, timeInQuery } from '../../http/read-input.ts'
import type { Session } from '../../http/session.ts'
import { readItem } from '../directory/read-item.ts'

/** How far back the journal reaches where nobody asks for more, milliseconds. */
const USUAL_MS = 90 * 86_400_000

const id = numberInQuery(1, largestId).optional()

/** Several reasons, parted by commas. */
const reasonsInQuery = z
  .string()
  .transform((text) => text.split(','))
  .refine((codes) => codes.every((code) => reasons.some((reason) => reason === code)))

/** What the journal may be asked for, whether to read it, to count it or to take it along. */
export const filterSchema = {
  triggerId: id,
  kind: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .optional(),
  entityTypeId: id,
  itemId: id,
  outcome: z.enum(['moved', 'would-move', 'skipped', 'failed']).optional(),
  reason: z.enum(reasons).optional(),
  without: reasonsInQuery.optional(),
  search: z.string().trim().max(200).optional(),
  userId: id,
  from: timeInQuery.optional(),
  to: timeInQuery.optional(),
}

export type JournalFilter = z.output<z.ZodObject<typeof filterSchema>>

/** Managers read all of it; employees one item, if the portal shows it to them with their own access. */
export async function mayReadJournal(services: Services, session: Session, filter: JournalFilter): Promise<void> {
  if (isAtLeast(session.role, 'manager')) return
  const { entityTypeId, itemId } = filter
  if (entityTypeId === undefined || itemId === undefined) throw new ApiError('forbidden')
  await readItem(services, session, { entityTypeId, id: itemId })
}

/**
 * Of a single item the whole journal is meant; else the last 90 days, unless the query names a time. A search means items by their title,
 * too, which the portal is asked for: as this person sees them.
 */
export async function decisionFilter(
  services: Services,
  session: Session,
  filter: JournalFilter,
): Promise<DecisionFilter> {
  const isOfItem = filter.entityTypeId !== undefined && filter.itemId !== undefined
  const from = filter.from ?? (isOfItem ? undefined : new Date(services.clock().getTime() - USUAL_MS).toISOString())
  return { ...filter, from, searchedItems: await searchedItems(services, session, filter.search) }
}

async function searchedItems(
  { db, itemTitles }: Services,
  { portal: { memberId }, user: { userId } }: Session,
  search = '',
): Promise<readonly Ref[]> {
  if (search === '') return []
  const types = new Set((await listTriggers(db, memberId)).map(({ entityTypeId }) => entityTypeId))
  return itemTitles.find(memberId, userId, search, [...types])
}
