import { SEED } from '../portal/index.ts'
import type { Rig } from '../rig.ts'

const { users, deals, leads, lines, phones, types, emails } = SEED

const partners = { entityTypeId: types.deal, categoryId: SEED.pipelines.partners }
const general = { entityTypeId: types.deal, categoryId: SEED.pipelines.general }

/** The triggers of the demo, as a manager would set them up. */
export const triggers: Record<string, unknown>[] = [
  {
    kind: 'email-incoming',
    name: 'Customer wrote',
    entityTypeId: types.deal,
    categoryId: 4,
    stageId: 'C4:PREPARATION',
  },
  {
    kind: 'email-outgoing',
    name: 'Offer is out',
    entityTypeId: types.deal,
    categoryId: 4,
    stageId: 'C4:UC_OFFER',
    fromStages: ['C4:PREPARATION'],
  },
  {
    kind: 'call-missed',
    name: 'Call missed on Sales',
    entityTypeId: types.deal,
    categoryId: 4,
    stageId: 'C4:UC_VISIT',
    fields: { line: lines.cloud },
    whenSeveral: 'newest',
  },
  {
    kind: 'call-inbound',
    name: 'Lead called',
    entityTypeId: types.lead,
    categoryId: null,
    stageId: 'IN_PROCESS',
    changeStageAs: { type: 'user', userId: users.ines },
  },
  {
    kind: 'call-outbound',
    name: 'We called back',
    entityTypeId: types.deal,
    categoryId: 4,
    stageId: 'C4:UC_OFFER',
    fromStages: ['C4:UC_VISIT'],
    changeStageAs: { type: 'user', userId: users.ines },
  },
  {
    kind: 'call-inbound',
    name: 'Trial: any call',
    entityTypeId: types.deal,
    categoryId: 4,
    stageId: 'C4:UC_CONTRACT',
    mode: 'watch',
  },
  { kind: 'email-viewed', name: 'Offer was opened', ...partners, stageId: 'C4:UC_CONTRACT' },
  {
    kind: 'email-link-clicked',
    name: 'Offer was accepted',
    ...partners,
    stageId: 'C4:WON',
    fields: { url: 'https://acme.example/accept' },
  },
  {
    kind: 'form-submitted',
    name: 'Wants a call',
    entityTypeId: types.lead,
    categoryId: null,
    stageId: 'UC_CALLED',
    fields: { formId: String(SEED.forms.callback) },
  },
  { kind: 'chat-first-message', name: 'Began to chat', ...general, stageId: 'PREPARATION' },
  { kind: 'chat-accepted', name: 'Chat was taken', ...general, stageId: 'EXECUTING' },
  { kind: 'chat-accept-time', name: 'Waited a minute', ...general, stageId: 'EXECUTING', fields: { seconds: 60 } },
  { kind: 'chat-message', name: 'Wants to order', ...general, stageId: 'FINAL_INVOICE', fields: { text: 'order' } },
  { kind: 'payment-received', name: 'Was paid', ...general, stageId: 'WON' },
  {
    kind: 'field-changed',
    name: 'Amount is known',
    ...general,
    stageId: 'PREPARATION',
    fields: { fieldNames: ['opportunity'], becomes: '4200' },
  },
]

/** One thing that happens, and what the journal must say of it: `item outcome reason from>to by user`. */
export type Happening = {
  what: string
  act: (rig: Rig) => void
  expected: string[]
  /** The portal raises no event: Stagecue has to ask on purpose. */
  silent?: boolean
}

/** What later happenings of the day refer to. */
const said = { maxDeal: 0, maxMail: 0, leeChat: 0 }

/** A day at the sales department. */
export const day: Happening[] = [
  {
    what: 'Kim asks by email what the shop will cost.',
    act: ({ portal }) => portal.act.receiveMail({ subject: 'How much is it?', messageId: '<kim-1@client.example>' }),
    expected: [`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`],
  },
  {
    what: 'The mailbox fetches the same email a second time.',
    act: ({ portal }) => portal.act.receiveMail({ messageId: '<kim-1@client.example>' }),
    expected: [],
  },
  {
    what: 'An automation rule sends Kim a newsletter.',
    act: ({ portal }) => portal.act.sendMail({ byRobot: true, subject: 'News of August' }),
    expected: [],
  },
  {
    what: 'Sam sends Kim the offer.',
    act: ({ portal }) => portal.act.sendMail({ subject: 'Offer 2026-17' }),
    expected: [`2:${deals.kim} moved C4:PREPARATION>C4:UC_OFFER by ${users.sam}`],
  },
  {
    what: 'Lee calls the Sales line, and nobody answers. Lee has three open deals.',
    act: ({ portal }) => portal.act.callIn({ result: 'missed', phone: phones.lee, line: lines.cloud }),
    expected: [
      `2:${deals.lee} skipped other-pipeline`,
      `2:${deals.leePartner} skipped several`,
      `2:${deals.lee} skipped other-pipeline`,
      `2:${deals.leePartner} would-move watch`,
      `2:${deals.leePartnerLater} would-move watch`,
      `2:${deals.leePartnerLater} moved C4:NEW>C4:UC_VISIT by ${users.sam}`,
      'no item skipped no-item',
    ],
  },
  {
    what: 'Ines calls Lee back.',
    act: ({ portal }) => portal.act.callOut({ phone: phones.lee, userId: users.ines }),
    expected: [
      `2:${deals.lee} skipped other-pipeline`,
      `2:${deals.leePartner} skipped from-stage`,
      `2:${deals.leePartnerLater} moved C4:UC_VISIT>C4:UC_OFFER by ${users.ines}`,
    ],
  },
  {
    what: 'Noa, a lead, calls and talks with Sam.',
    act: ({ portal }) => portal.act.callIn({ phone: phones.noa }),
    expected: [`1:${leads.noa} moved NEW>IN_PROCESS by ${users.ines}`, 'no item skipped no-item'],
  },
  {
    what: 'A stranger calls a wrong number.',
    act: ({ portal }) => portal.act.callIn({ phone: phones.stranger, result: 'declined' }),
    expected: ['no item skipped no-item', 'no item skipped no-item'],
  },
  {
    what: 'Kim writes to say yes, and at the same moment Sam wins the deal by hand.',
    act: ({ portal }) => {
      portal.act.receiveMail({ subject: 'Yes, please' })
      portal.act.moveItem({ entityTypeId: types.deal, id: deals.kim }, 'C4:WON', { userId: users.sam })
    },
    expected: [`2:${deals.kim} skipped closed`],
  },
  {
    what: 'Max writes. The person responsible for his new deal has never opened Stagecue.',
    act: ({ portal }) => {
      said.maxDeal = dealOf(portal, SEED.contacts.max, 'Terrace for Max', 4, users.supervisor)
      portal.act.receiveMail({ from: emails.max, bindings: boundToMax() })
    },
    expected: ['moved C4:NEW>C4:PREPARATION by 1 for 21'],
  },
  {
    what: 'Sam sends Max the offer, with a link to accept it.',
    act: ({ portal }) => {
      const html = '<p>Our offer: <a href="https://acme.example/accept?offer=51">accept it</a></p>'
      said.maxMail = portal.act.sendMail({ to: emails.max, html, bindings: boundToMax() }).activityId
    },
    expected: ['moved C4:PREPARATION>C4:UC_OFFER by 1 for 21'],
  },
  {
    what: 'Max opens the offer. Bitrix24 does not report it.',
    act: ({ portal }) => portal.act.openMail(said.maxMail),
    expected: ['moved C4:UC_OFFER>C4:UC_CONTRACT by 1 for 21'],
    silent: true,
  },
  {
    what: 'Max clicks the link in it.',
    act: ({ portal }) => portal.act.clickMailLink(said.maxMail),
    expected: ['moved C4:UC_CONTRACT>C4:WON by 1 for 21'],
  },
  {
    what: 'A stranger asks for a call in the callback form of the website.',
    act: ({ portal }) => portal.act.submitForm(SEED.forms.callback, { phone: phones.stranger }),
    expected: [`moved NEW>UC_CALLED by ${users.sam}`],
  },
  {
    what: 'Lee starts a chat in the Sales channel.',
    act: ({ portal }) => {
      portal.act.changeField({ entityTypeId: types.deal, id: deals.lee }, { opportunity: 900 })
      said.leeChat = portal.act.newChat({ phone: phones.lee, text: 'Hello, is anybody there?' }).sessionId
    },
    expected: [...lees('skipped other-pipeline'), `2:${deals.lee} moved NEW>PREPARATION by ${users.sam}`],
  },
  {
    what: 'Sam accepts the chat; Lee has waited for a minute and a half.',
    act: ({ portal }) => portal.act.acceptChat(said.leeChat, { after: 90 }),
    expected: [
      ...lees('skipped other-pipeline'),
      ...lees('skipped other-pipeline'),
      `2:${deals.lee} skipped another-trigger`,
      `2:${deals.lee} moved PREPARATION>EXECUTING by ${users.sam}`,
    ],
  },
  {
    what: 'Lee writes: “Fine, I order the big one.”',
    act: ({ portal }) => portal.act.customerMessage(said.leeChat, 'Fine, I order the big one.'),
    expected: [...lees('skipped other-pipeline'), `2:${deals.lee} moved EXECUTING>FINAL_INVOICE by ${users.sam}`],
  },
  {
    what: 'Lee pays the invoice.',
    act: ({ portal }) => portal.act.payInvoice(portal.act.createInvoice({ dealId: deals.lee })),
    expected: [`2:${deals.lee} moved FINAL_INVOICE>WON by ${users.sam}`],
  },
  {
    what: 'Max starts a chat about a second terrace, and Sam accepts it at once.',
    act: ({ portal }) => {
      dealOf(portal, SEED.contacts.max, 'Second terrace for Max', 0, users.sam)
      const { sessionId } = portal.act.newChat({ phone: phones.max, text: 'Hello again' })
      portal.act.acceptChat(sessionId)
    },
    expected: [`moved NEW>PREPARATION by ${users.sam}`, `moved PREPARATION>EXECUTING by ${users.sam}`],
  },
  {
    what: 'Sam fills in the amount of a quiet deal.',
    act: ({ portal }) =>
      portal.act.changeField(
        { entityTypeId: types.deal, id: deals.quiet },
        { opportunity: 4200 },
        { userId: users.sam },
      ),
    expected: [`2:${deals.quiet} moved NEW>PREPARATION by 1 for ${users.ownOnly}`],
  },
]

function dealOf({ act }: Rig['portal'], contactId: number, title: string, categoryId: number, assignedById: number) {
  const contactIds = [contactId]
  return act.createItem({ entityTypeId: types.deal, title, categoryId, contactIds, assignedById, opportunity: 5000 }).id
}

function boundToMax() {
  return [
    { entityTypeId: types.deal, id: said.maxDeal },
    { entityTypeId: 3, id: SEED.contacts.max },
  ]
}

/** Lee's two deals in the other pipeline. */
function lees(outcome: string): string[] {
  return [deals.leePartner, deals.leePartnerLater].map((id) => `2:${id} ${outcome}`)
}
