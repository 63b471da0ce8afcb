import { SEED } from '../portal/index.ts'
import type { Rig } from '../rig.ts'

const { users, deals, leads, lines, phones, types, emails } = SEED

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
]

/** One thing that happens, and what the journal must say of it: `item outcome reason from>to by user`. */
export type Happening = { what: string; act: (rig: Rig) => void; expected: string[] }

/** A day at the sales department. */
export const day: Happening[] = [
  {
    what: 'Kim asks by e-mail what the shop will cost.',
    act: ({ portal }) => portal.act.receiveMail({ subject: 'How much is it?', messageId: '<kim-1@client.example>' }),
    expected: [`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`],
  },
  {
    what: 'The mailbox fetches the same e-mail a second time.',
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
    what: 'Lee calls the Sales line, and nobody picks up. Lee has three open deals.',
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
    what: 'Max writes. The person responsible for his new deal never opened Stagecue.',
    act: ({ portal }) => {
      const contact = { entityTypeId: 3, id: SEED.contacts.max }
      const { entityTypeId, id } = portal.act.createItem({
        entityTypeId: types.deal,
        title: 'Terrace for Max',
        categoryId: 4,
        contactIds: [contact.id],
        assignedById: users.supervisor,
      })
      portal.act.receiveMail({ from: emails.max, bindings: [{ entityTypeId, id }, contact] })
    },
    expected: ['moved C4:NEW>C4:PREPARATION by 1 for 21'],
  },
]
