import { COMPANY, CONTACT, DEAL, LEAD } from './entity-types.ts'
import type { Item, ItemRef } from './item.ts'
import { isOpen } from './stages.ts'
import type { World } from './world.ts'

/** How a customer made himself known. */
export interface Identity {
  phone?: string | undefined
  email?: string | undefined
}

/** The contact, else the company, else the open lead that knows this phone number or address. */
export function findClient(world: World, identity: Identity): Item | undefined {
  const known = [...world.items.values()].filter((item) => knows(item, identity))
  return (
    known.find((item) => item.entityTypeId === CONTACT) ??
    known.find((item) => item.entityTypeId === COMPANY) ??
    known.find((item) => item.entityTypeId === LEAD && isOpen(world, item))
  )
}

/** What calls, chats and new e-mails are bound to: all open deals of the client, then contact and company (10.6). */
export function bindingsOfClient(world: World, identity: Identity): ItemRef[] {
  const client = findClient(world, identity)
  if (!client) return []
  if (client.entityTypeId === LEAD) return [ref(client)]
  const company = client.entityTypeId === CONTACT && client.companyId > 0
  const persons = company ? [ref(client), { entityTypeId: COMPANY, id: client.companyId }] : [ref(client)]
  return [...openDealsOf(world, client).map(ref), ...persons]
}

/** The contact or company among bindings, for statistics rows and communications. */
export function clientAmong(refs: ItemRef[]): ItemRef | null {
  const order = [CONTACT, COMPANY, LEAD]
  for (const entityTypeId of order) {
    const found = refs.find((candidate) => candidate.entityTypeId === entityTypeId)
    if (found) return found
  }
  return null
}

export function ref({ entityTypeId, id }: ItemRef): ItemRef {
  return { entityTypeId, id }
}

function openDealsOf(world: World, client: Item): Item[] {
  return [...world.items.values()].filter(
    (item) => item.entityTypeId === DEAL && isOpen(world, item) && belongsTo(item, client),
  )
}

function belongsTo(deal: Item, client: Item): boolean {
  return client.entityTypeId === CONTACT ? deal.contactIds.includes(client.id) : deal.companyId === client.id
}

function knows(item: Item, { phone, email }: Identity): boolean {
  const number = digits(phone)
  const address = email?.toLowerCase()
  return (
    (number !== '' && item.phones.some((known) => digits(known) === number)) ||
    (address !== undefined && item.emails.some((known) => known.toLowerCase() === address))
  )
}

function digits(text = ''): string {
  return text.replace(/\D/g, '')
}
