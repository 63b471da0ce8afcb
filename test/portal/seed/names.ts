/** The ids of the seed world under names, for tests. Who and what they are: `users.ts`, `stages.ts`, `items.ts`, `channels.ts`. */
export const SEED = {
  users: {
    /** Installs the app. */
    admin: 1,
    /** A second administrator. */
    deputy: 7,
    /** An employee with all rights in CRM; responsible for most items. */
    sam: 15,
    /** An employee with all rights in CRM. */
    ines: 16,
    /** Reads and edits only items he is responsible for. */
    ownOnly: 17,
    /** Reads nothing in CRM. */
    noCrm: 18,
    /** Reads everything, edits nothing. */
    readOnly: 19,
    /** May move no deal to the success stages. */
    noClosing: 20,
    /** Sees call statistics and the history of Open Channels. */
    supervisor: 21,
    dismissed: 25,
    extranet: 30,
    /** The bot in the queue of the Open Channels. */
    bot: 40,
    /** Kim as a user of the portal, behind the Telegram channel. */
    kimAsUser: 602,
  },
  contacts: { kim: 502, lee: 503, max: 504 },
  companies: { client: 601, studio: 602 },
  deals: {
    /** Kim's only open deal: pipeline 4, first stage. */
    kim: 31,
    /** Kim's deal of last year: pipeline 0, won. */
    kimWon: 30,
    /** Lee's three open deals: pipelines 0, 4 and 4. */
    lee: 41,
    leePartner: 42,
    leePartnerLater: 43,
    /** Nobody's client, ownOnly is responsible: pipeline 0. */
    quiet: 50,
  },
  leads: { noa: 88, ben: 89 },
  estimates: { kim: 71 },
  invoices: { kim: 311 },
  requests: { kim: 1771, lee: 1772 },
  assets: { printer: 1801 },
  pipelines: { general: 0, partners: 4, invoices: 5, requests: 9, warranty: 10 },
  types: { lead: 1, deal: 2, estimate: 7, invoice: 31, request: 177, asset: 180 },
  /** `callback`, `callbackAgain` and the switched-off `callbackOld` are callback forms; `contact` is an ordinary one. */
  forms: { callback: 14, callbackAgain: 15, callbackOld: 16, contact: 17 },
  lines: { cloud: 'reg77120', office: 'sip4', rented: '4930555000' },
  channels: { sales: 5, support: 6, closed: 7 },
  phones: { kim: '+4930555012', lee: '+4930555013', max: '+4930555014', noa: '+4930555088', stranger: '+4930555099' },
  emails: {
    kim: 'kim@client.example',
    lee: 'lee@studio.example',
    max: 'max@alone.example',
    noa: 'noa@lead.example',
    stranger: 'stranger@nowhere.example',
    mailbox: 'sales@acme.example',
  },
} as const
