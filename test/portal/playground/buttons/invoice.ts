import { createInvoice, type NewInvoice, payInvoice, takePaymentBack } from '../../acts/item.ts'
import type { PortalState } from '../../state.ts'
import { CONTACT, DEAL } from '../../world/entity-types.ts'
import { isOpen } from '../../world/stages.ts'
import { belongsTo, type Client, openInvoiceOf, paidInvoiceOf } from '../clients.ts'
import { Refusal } from '../refusal.ts'
import type { ActGroup } from './act.ts'

/** Invoices and their payments. */
export const INVOICES: ActGroup = {
  id: 'invoice',
  acts: {
    invoice: (portal, client) => bill(portal, client),
    pay: (portal, client) => {
      const invoice = openInvoiceOf(portal.world, client)
      if (!invoice) throw new Refusal('no-invoice')
      payInvoice(portal, invoice.id)
    },
    'invoice-paid': (portal, client) => bill(portal, client, { paid: true }),
    'pay-back': (portal, client) => {
      const invoice = paidInvoiceOf(portal.world, client)
      if (!invoice) throw new Refusal('no-paid-invoice')
      takePaymentBack(portal, invoice.id)
    },
  },
}

/** An invoice for the newest open deal of a contact. */
function bill(portal: PortalState, client: Client, more: NewInvoice = {}): void {
  const { world } = portal
  const [entityTypeId, id] = client.key.split(':').map(Number)
  if (entityTypeId !== CONTACT || id === undefined) throw new Refusal('no-contact')
  const deals = [...world.items.values()].filter(
    (item) => item.entityTypeId === DEAL && isOpen(world, item) && belongsTo(item, client),
  )
  createInvoice(portal, {
    dealId: deals.at(-1)?.id ?? null,
    title: `Invoice for ${client.name}`,
    contactIds: [id],
    opportunity: 100,
    ...more,
  })
}
