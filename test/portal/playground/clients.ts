import { addUser } from '../acts/settings.ts'
import { SEED } from '../seed/names.ts'
import type { PortalState } from '../state.ts'
import { CONTACT, INVOICE, LEAD } from '../world/entity-types.ts'
import { itemKey } from '../world/ids.ts'
import type { Item } from '../world/item.ts'
import { isOpen, semanticsOf } from '../world/stages.ts'
import type { World } from '../world/world.ts'
import { Refusal } from './refusal.ts'
import type { Texts } from './say.ts'

/** Somebody who can act on the playground: a contact, an open lead, or a stranger. */
export interface Client {
  /** `3:502`, or `stranger`. */
  key: string
  name: string
  phone: string
  email: string
}

const STRANGER: Client = {
  key: 'stranger',
  name: 'A stranger',
  phone: SEED.phones.stranger,
  email: SEED.emails.stranger,
}

export function nameOfClient({ key, name }: Client, texts: Texts): string {
  return key === STRANGER.key ? texts.stranger : name
}

export function clientsOf(world: World): Client[] {
  const items = [...world.items.values()]
  const contacts = items.filter(({ entityTypeId }) => entityTypeId === CONTACT)
  const leads = items.filter((item) => item.entityTypeId === LEAD && item.phones.length > 0 && isOpen(world, item))
  return [...contacts.map(clientOf), ...leads.map(clientOf), STRANGER]
}

export function requireClient(world: World, key: string): Client {
  const client = clientsOf(world).find((known) => known.key === key)
  if (!client) throw new Refusal('client-gone')
  return client
}

/** The last e-mail that was sent to a client. */
export function lastMailTo({ activities }: World, { email }: Client): number {
  const mails = [...activities.values()].filter(
    ({ typeId, direction, communications }) =>
      typeId === 4 && direction === 2 && communications.some(({ value }) => value === email),
  )
  const last = mails.at(-1)
  if (!last) throw new Refusal('no-mail')
  return last.id
}

/** The client's open conversation. */
export function conversationWith(portal: PortalState, client: Client): number {
  const customerId = chatUserOf(portal, client)
  const open = [...portal.world.conversations.values()].filter((one) => one.customerId === customerId && !one.closed)
  const last = open.at(-1)
  if (!last) throw new Refusal('no-chat')
  return last.sessionId
}

/** The last message that the client wrote in the open conversation. */
export function lastMessageOf(portal: PortalState, client: Client): number {
  const conversation = portal.world.conversations.get(conversationWith(portal, client))
  const last = conversation?.messages.findLast(({ authorId }) => authorId === conversation.customerId)
  if (!last) throw new Refusal('no-message')
  return last.id
}

/** The client as a user of the portal, as Open Channels know him. */
export function chatUserOf(portal: PortalState, { name, email }: Client): number {
  const known = [...portal.world.users.values()].find(
    (user) => user.type === 'connector' && (`${user.name} ${user.lastName}` === name || user.email === email),
  )
  return known?.id ?? addUser(portal, { name, lastName: '', email, type: 'connector' })
}

/** The client's unpaid invoice, if there is one. */
export function openInvoiceOf(world: World, client: Client): Item | undefined {
  return [...world.items.values()].find(
    (item) => item.entityTypeId === INVOICE && isOpen(world, item) && belongsTo(item, client),
  )
}

/** The client's invoice that was paid last, if there is one. */
export function paidInvoiceOf(world: World, client: Client): Item | undefined {
  return [...world.items.values()].findLast((item) => {
    return item.entityTypeId === INVOICE && semanticsOf(world, item) === 'S' && belongsTo(item, client)
  })
}

export function belongsTo({ contactIds }: Item, { key }: Client): boolean {
  return contactIds.some((id) => itemKey({ entityTypeId: CONTACT, id }) === key)
}

function clientOf(item: Item): Client {
  return { key: itemKey(item), name: item.title, phone: item.phones[0] ?? '', email: item.emails[0] ?? '' }
}
