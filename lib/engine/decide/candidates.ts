import { ask } from '../../bitrix24/client/batches.ts'
import type { PortalClient } from '../../bitrix24/client/portal-clients.ts'
import type { Command, CommandResult } from '../../bitrix24/client/rest.ts'
import { stageEntityId } from '../../bitrix24/directory/stages.ts'
import type { PortalError } from '../../bitrix24/errors/errors.ts'
import { phpList } from '../../bitrix24/php-list.ts'
import { CONTACT, DEAL, isClient, LEAD, refKey } from '../../domain/entity-types.ts'
import type { Ref } from '../../domain/occurrence.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import { kinds } from '../../triggers/index.ts'
import { unexpected } from '../snapshot/question.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import { type Item, itemRows, listItems, parseItem } from '../sources/item/item.ts'
import { newestFirst } from './decide.ts'
import type { Evaluation } from './evaluation.ts'
import { boundRefs, type ItemLookup, isOddFilter, ofType } from './item-lookup.ts'

/** A trigger whose case is bound to no item of its type. */
export type Unbound = { evaluation: Evaluation; trigger: ReadyTrigger }

/** One search: the items of a client in the open stages of a pipeline. */
type Search = { name: string; entityTypeId: number; open: readonly string[]; client: Ref; command: Command }

/** What a search found, or why it was refused. */
type Found = { client: Ref; items: Item[]; error: PortalError | null }

/**
 * The newest open item of the client, contact before company, for triggers that look at clients and whose occurrence is bound to
 * no item of their type (`triggers.md`, "Which items move", 3). With *if several: none* the second newest comes along, so that
 * there being several shows. Triggers of one pipeline share their searches. Keys are those of `wantedKey`.
 */
export async function clientCandidates(
  client: PortalClient,
  snapshot: PortalSnapshot,
  unbound: readonly Unbound[],
): Promise<Map<string, ItemLookup>> {
  const wanted = unbound.map((one) => ({ ...one, searches: searchesOf(snapshot, one) }))
  const searches = [
    ...new Map(wanted.flatMap((one) => one.searches.map((search) => [search.name, search] as const))).values(),
  ]
  const commands = searches.map(({ command }, index) => [`client_${index}`, command] as const)
  const answers = await ask(client, Object.fromEntries(commands))
  const found = new Map(searches.map((search, index) => [search.name, foundBy(search, answers[`client_${index}`])]))
  return new Map(
    wanted.map(({ evaluation, trigger, searches: own }) => {
      const lookup = lookupOf(
        trigger,
        own.flatMap(({ name }) => found.get(name) ?? []),
      )
      return [wantedKey(evaluation, trigger), lookup]
    }),
  )
}

export function wantedKey(evaluation: Evaluation, trigger: ReadyTrigger): string {
  return `${evaluation.occurrence.key}|${trigger.id}`
}

/** Bitrix24 itself binds e-mails to leads and deals, so those that it left out are left out. */
function usesClient({ occurrence }: Evaluation, { viaClient, entityTypeId }: ReadyTrigger): boolean {
  return viaClient && !(kinds[occurrence.kind].group === 'email' && [LEAD, DEAL].includes(entityTypeId))
}

function searchesOf(snapshot: PortalSnapshot, { evaluation, trigger }: Unbound): Search[] {
  const { entityTypeId, categoryId } = trigger
  const stages = snapshot.stages.get(stageEntityId(entityTypeId, categoryId)) ?? []
  const open = stages.filter((stage) => stage.semantics === 'process').map((stage) => stage.stageId)
  if (open.length === 0 || !usesClient(evaluation, trigger)) return []
  const place = { '@stageId': open, ...(categoryId === null ? {} : { categoryId }) }
  const clients = boundRefs(snapshot, evaluation).filter(isClient)
  return clients.map((client) => {
    const isContact = client.entityTypeId === CONTACT
    const filter = { ...place, ...(isContact ? { contactIds: client.id } : { companyId: client.id }) }
    const command = listItems(entityTypeId, filter, { createdTime: 'DESC', id: 'DESC' })
    return { name: `${entityTypeId}:${categoryId} ${refKey(client)}`, entityTypeId, open, client, command }
  })
}

function foundBy({ entityTypeId, open, client, command }: Search, answer: CommandResult | undefined): Found {
  if (answer?.ok === false) return { client, items: [], error: answer.error }
  const rows = itemRows(answer?.result)
  const listed = (rows ?? []).flatMap((row) => {
    const item = parseItem(entityTypeId, row)
    return item ? [{ row, item }] : []
  })
  const isOther = listed.some(({ item }) => item.stageId !== '' && !open.includes(item.stageId))
  if (rows === null || isOther || (listed.length === 0 && rows.length > 0)) {
    return { client, items: [], error: unexpected(command) }
  }
  return { client, items: listed.flatMap(({ row, item }) => (isOf(client, row) ? [item] : [])), error: null }
}

/**
 * Does the row show that the item is the client's? Where a type has no client field, a company passes the filter and does not come back;
 * contacts are refused there (`platform.md` 5.6).
 */
function isOf({ entityTypeId, id }: Ref, row: unknown): boolean {
  const { companyId, contactIds } = (row ?? {}) as { companyId?: unknown; contactIds?: unknown }
  if (entityTypeId !== CONTACT) return Number(companyId) === id
  return phpList(contactIds)?.some((contact) => Number(contact) === id) ?? true
}

function lookupOf(trigger: ReadyTrigger, found: readonly Found[]): ItemLookup {
  const errors = found.flatMap(({ error }) => error ?? [])
  const trouble = errors.find(({ retriable }) => retriable)
  if (trouble) return { state: 'waits', error: trouble }
  // The type has no client field, or has it no more.
  if (errors.some(isOddFilter)) return { state: 'found', candidates: [] }
  const [refused] = errors
  if (refused) return { state: 'rejected', rejection: ofType(trigger, refused) }

  const of = (isContact: boolean) =>
    found.flatMap(({ client, items }) => ((client.entityTypeId === CONTACT) === isContact ? items : []))
  const items = newestFirst(unique(of(true).length > 0 ? of(true) : of(false)))
  const chosen = items.slice(0, trigger.whenSeveral === 'none' ? 2 : 1)
  return {
    state: 'found',
    candidates: chosen.map((item) => ({ ref: { entityTypeId: item.entityTypeId, id: item.id }, item })),
  }
}

function unique<T extends Ref>(items: T[]): T[] {
  return [...new Map(items.map((item) => [refKey(item), item])).values()]
}
