import type { NewItem } from '../changes/items.ts'
import { SEED } from './names.ts'

const { users, contacts, companies, deals, leads, types, phones, emails } = SEED

/** Clients first, then what belongs to them. */
export function seedItems(): NewItem[] {
  return [...clients(), ...salesItems(), ...smartItems()].map((item) => ({
    assignedById: users.sam,
    createdBy: users.admin,
    ...item,
  }))
}

function clients(): NewItem[] {
  return [
    { entityTypeId: 4, id: companies.client, title: 'Client Ltd' },
    { entityTypeId: 4, id: companies.studio, title: 'Studio Lee' },
    contact(contacts.kim, 'Kim Client', phones.kim, emails.kim, companies.client),
    contact(contacts.lee, 'Lee Studio', phones.lee, emails.lee, companies.studio),
    contact(contacts.max, 'Max Alone', phones.max, emails.max, 0),
  ]
}

function salesItems(): NewItem[] {
  const kim = { contactIds: [contacts.kim], companyId: companies.client }
  const lee = { contactIds: [contacts.lee], companyId: companies.studio }
  return [
    { entityTypeId: types.deal, id: deals.kimWon, title: 'Website of last year', ...kim, stageId: 'WON' },
    { entityTypeId: types.deal, id: deals.kim, title: 'Shop for Kim', ...kim, categoryId: 4, stageId: 'C4:NEW' },
    { entityTypeId: types.deal, id: deals.lee, title: 'Logo for Lee', ...lee, stageId: 'NEW' },
    {
      entityTypeId: types.deal,
      id: deals.leePartner,
      title: 'Lee resells',
      ...lee,
      categoryId: 4,
      stageId: 'C4:PREPARATION',
      assignedById: users.ines,
    },
    { entityTypeId: types.deal, id: deals.leePartnerLater, title: 'Lee trains', ...lee, categoryId: 4 },
    { entityTypeId: types.deal, id: deals.quiet, title: 'Quiet deal', assignedById: users.ownOnly },
    { entityTypeId: types.lead, id: leads.noa, title: 'Noa asks', phones: [phones.noa], emails: [emails.noa] },
    { entityTypeId: types.lead, id: leads.ben, title: 'Ben asked', stageId: 'IN_PROCESS' },
  ]
}

function smartItems(): NewItem[] {
  const kim = { contactIds: [contacts.kim], companyId: companies.client }
  const lee = { contactIds: [contacts.lee], companyId: companies.studio }
  return [
    { entityTypeId: types.estimate, id: SEED.estimates.kim, title: 'Estimate for Kim', ...kim, parentId2: deals.kim },
    { entityTypeId: types.invoice, id: SEED.invoices.kim, title: 'Invoice for Kim', ...kim, parentId2: deals.kim },
    { entityTypeId: types.request, id: SEED.requests.kim, title: 'Repair for Kim', ...kim },
    { entityTypeId: types.request, id: SEED.requests.lee, title: 'Repair for Lee', ...lee, categoryId: 10 },
    { entityTypeId: types.asset, id: SEED.assets.printer, title: 'Printer', ...kim },
  ]
}

function contact(id: number, title: string, phone: string, email: string, companyId: number): NewItem {
  return { entityTypeId: 3, id, title, phones: [phone], emails: [email], companyId }
}
