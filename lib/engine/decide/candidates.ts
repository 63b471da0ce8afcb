import { stageEntityId } from '../../portal/stages.ts'
import type { PortalClient } from '../../portal/types.ts'
import type { Ref } from '../../store/occurrence.ts'
import { kinds } from '../../triggers/index.ts'
import type { ReadyTrigger } from '../../triggers/trigger.ts'
import { parseItem } from '../read/item.ts'
import { ask, listItems } from '../read/read.ts'
import { itemRows, type Reading } from '../read/reading.ts'
import { CONTACT, isClient, refKey } from '../refs.ts'
import type { Case } from './case.ts'
import { type Candidate, newestFirst } from './decide.ts'

/** Everything the occurrence is bound to, so far as the portal showed it. */
export function boundRefs(reading: Reading, { occurrence: { origin }, only }: Case): Ref[] {
  if (only) return [only]
  const bound = origin.activityId === null ? [] : (reading.bindings.get(origin.activityId) ?? [])
  return [...bound, ...origin.refs]
}

/** The bound items of the trigger's type (`triggers.md`, "Which items move", 1). */
export function boundCandidates(reading: Reading, refs: Ref[], trigger: ReadyTrigger): Candidate[] {
  return refs
    .filter((ref) => ref.entityTypeId === trigger.entityTypeId)
    .map((ref) => ({ ref, item: reading.items.get(refKey(ref)) ?? null }))
}

/** One search: the open items of a client in the pipeline of a trigger. */
type Search = { name: string; caseOf: Case; trigger: ReadyTrigger; client: Ref }

/**
 * The newest open item of the client, contact before company, for triggers that look at clients and whose occurrence is bound to
 * no item of their type (`triggers.md`, "Which items move", 3). With *if several: none* the second newest comes along, so that
 * there being several shows. Keys are `occurrence key|trigger id`.
 */
export async function clientCandidates(
  client: PortalClient,
  reading: Reading,
  wanted: { caseOf: Case; trigger: ReadyTrigger }[],
): Promise<Map<string, Candidate[]>> {
  const searches = wanted.flatMap(({ caseOf, trigger }): Search[] => {
    if (!trigger.viaClient || kinds[caseOf.occurrence.kind].group === 'email') return []
    const clients = boundRefs(reading, caseOf).filter(isClient)
    return clients.map((ref, index) => ({
      name: `${wantedKey(caseOf, trigger)}|${index}`,
      caseOf,
      trigger,
      client: ref,
    }))
  })
  if (searches.length === 0) return new Map()
  const answers = await ask(
    client,
    Object.fromEntries(searches.map((search, index) => [`client_${index}`, searchCommand(reading, search)])),
  )
  const found = new Map<string, Candidate[]>()
  for (const { caseOf, trigger } of wanted) {
    const of = searches.flatMap((search, index) =>
      search.caseOf === caseOf && search.trigger === trigger ? [{ search, answer: answers[`client_${index}`] }] : [],
    )
    const itemsOf = (isContact: boolean) =>
      of.flatMap(({ search, answer }) => {
        if ((search.client.entityTypeId === CONTACT) !== isContact || !answer) return []
        if (!answer.ok) throw answer.error
        return itemRows(answer.result).flatMap((row) => parseItem(trigger.entityTypeId, row) ?? [])
      })
    const byContact = itemsOf(true)
    const items = newestFirst(unique(byContact.length > 0 ? byContact : itemsOf(false)))
    const chosen = items.slice(0, trigger.whenSeveral === 'none' ? 2 : 1)
    found.set(
      wantedKey(caseOf, trigger),
      chosen.map((item) => ({ ref: { entityTypeId: item.entityTypeId, id: item.id }, item })),
    )
  }
  return found
}

export function wantedKey(caseOf: Case, trigger: ReadyTrigger): string {
  return `${caseOf.occurrence.key}|${trigger.id}`
}

function searchCommand(reading: Reading, { trigger, client }: Search) {
  const stages = reading.stages.get(stageEntityId(trigger.entityTypeId, trigger.categoryId)) ?? []
  const open = stages.filter((stage) => stage.semantics === 'process').map((stage) => stage.stageId)
  return listItems(
    trigger.entityTypeId,
    {
      '@stageId': open,
      ...(trigger.categoryId === null ? {} : { categoryId: trigger.categoryId }),
      ...(client.entityTypeId === CONTACT ? { contactId: client.id } : { companyId: client.id }),
    },
    { createdTime: 'DESC', id: 'DESC' },
  )
}

function unique<T extends Ref>(items: T[]): T[] {
  return [...new Map(items.map((item) => [refKey(item), item])).values()]
}
