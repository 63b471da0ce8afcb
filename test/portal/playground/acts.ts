import { callIn, callOut } from '../acts/call.ts'
import { acceptChat, closeChat, customerMessage, newChat } from '../acts/chat.ts'
import { submitForm } from '../acts/form.ts'
import { createInvoice, payInvoice } from '../acts/item.ts'
import { clickMailLink, openMail, receiveMail, sendMail } from '../acts/mail.ts'
import { hit } from '../events/hit.ts'
import type { PortalState } from '../state.ts'
import { CONTACT, DEAL } from '../world/entity-types.ts'
import { isOpen } from '../world/stages.ts'
import { belongsTo, type Client, chatUserOf, conversationWith, lastMailTo, openInvoiceOf } from './clients.ts'

/** One button: who does what. `run` throws an Error with a text for people when it cannot be done now. */
interface Act {
  label: string
  /** What is told afterwards, after the client's name or Sam's. */
  told: string
  run(portal: PortalState, client: Client, choice: string): unknown
}

/** Buttons that belong together, and what is chosen beside them. */
interface ActGroup {
  title: string
  choice?: { label: string; from: 'lines' | 'forms' | 'channels' } | { label: string; text: string }
  acts: Record<string, Act>
}

const HTML = '<p>Our offer: <a href="https://acme.example/offer">acme.example/offer</a></p>'

export const ACT_GROUPS: ActGroup[] = [
  {
    title: 'Telephone',
    choice: { label: 'Line', from: 'lines' },
    acts: {
      'call-missed': {
        label: 'Calls, nobody picks up',
        told: 'called, and nobody picked up.',
        run: (portal, { phone }, line) => callIn(portal, { phone, line, result: 'missed' }),
      },
      'call-answered': {
        label: 'Calls, Sam answers',
        told: 'called and talked with Sam.',
        run: (portal, { phone }, line) => callIn(portal, { phone, line }),
      },
      'call-out': {
        label: 'Is called by Sam',
        told: 'was called by Sam.',
        run: (portal, { phone }, line) => callOut(portal, { phone, line }),
      },
    },
  },
  {
    title: 'E-mail',
    acts: {
      'mail-in': {
        label: 'Writes an e-mail',
        told: 'wrote an e-mail.',
        run: (portal, { email }) => receiveMail(portal, { from: email }),
      },
      'mail-out': {
        label: 'Gets an e-mail from Sam',
        told: 'was sent an e-mail by Sam.',
        run: (portal, { email }) => sendMail(portal, { to: email, html: HTML }),
      },
      'mail-open': {
        label: 'Opens our last e-mail',
        told: 'opened our last e-mail.',
        run: (portal, client) => openMail(portal, lastMailTo(portal.world, client)),
      },
      'mail-click': {
        label: 'Clicks the link in it',
        told: 'clicked the link in our last e-mail.',
        run: (portal, client) => clickMailLink(portal, lastMailTo(portal.world, client)),
      },
    },
  },
  {
    title: 'Form',
    choice: { label: 'Form', from: 'forms' },
    acts: {
      form: {
        label: 'Fills in the form',
        told: 'filled in a form.',
        run: (portal, { name, phone, email }, form) => submitForm(portal, Number(form), { name, phone, email }),
      },
    },
  },
  {
    title: 'Chat',
    choice: { label: 'Channel', from: 'channels' },
    acts: {
      'chat-new': {
        label: 'Begins a chat',
        told: 'began a chat.',
        run: (portal, client, channel) =>
          newChat(portal, {
            channelId: Number(channel),
            customerId: chatUserOf(portal, client),
            phone: client.phone,
          }),
      },
      'chat-accept': {
        label: 'Sam takes the chat',
        told: 'has Sam in the chat now.',
        run: (portal, client) => acceptChat(portal, conversationWith(portal, client)),
      },
      'chat-close': {
        label: 'Sam ends the chat',
        told: 'is done: Sam ended the chat.',
        run: (portal, client) => closeChat(portal, conversationWith(portal, client)),
      },
    },
  },
  {
    title: 'Message',
    choice: { label: 'Text', text: 'I would like to order' },
    acts: {
      'chat-message': {
        label: 'Writes it in the chat',
        told: 'wrote in the chat.',
        run: (portal, client, text) => customerMessage(portal, conversationWith(portal, client), text),
      },
    },
  },
  {
    title: 'Invoice',
    acts: {
      invoice: {
        label: 'Gets an invoice',
        told: 'got an invoice.',
        run: bill,
      },
      pay: {
        label: 'Pays the invoice',
        told: 'paid the invoice.',
        run: (portal, client) => {
          const invoice = openInvoiceOf(portal.world, client)
          if (!invoice) throw new Error('This client has no unpaid invoice. Let the client get one first.')
          payInvoice(portal, invoice.id)
        },
      },
    },
  },
]

/** Lets somebody do something. Returns what happened as a sentence. */
export function perform(portal: PortalState, id: string, client: Client, choice: string): string {
  const act = ACT_GROUPS.map(({ acts }) => acts[id]).find((found) => found !== undefined)
  if (!act) throw new Error(`There is no act ${id}`)
  hit(() => act.run(portal, client, choice))
  return `${client.name} ${act.told}`
}

/** An invoice for the newest open deal of a contact. */
function bill(portal: PortalState, client: Client): void {
  const { world } = portal
  const [entityTypeId, id] = client.key.split(':').map(Number)
  if (entityTypeId !== CONTACT || id === undefined) throw new Error('Only contacts get invoices.')
  const deals = [...world.items.values()].filter(
    (item) => item.entityTypeId === DEAL && isOpen(world, item) && belongsTo(item, client),
  )
  createInvoice(portal, {
    dealId: deals.at(-1)?.id ?? null,
    title: `Invoice for ${client.name}`,
    contactIds: [id],
    opportunity: 100,
  })
}
