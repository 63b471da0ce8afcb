import type { KindCode } from '../lib/domain/kind-code.ts'

/** What the page of a kind says beside what the registry knows. Sentences for sales managers, in English. */
export type KindNotes = Readonly<{
  /** What exactly counts, and what does not. */
  tracks: string
  /** What each of its own fields does, by name. */
  fields: Readonly<Record<string, string>>
  /** What the portal must have, beside the permission. */
  needs: string
  speed: string
  /** How it differs from Bitrix24's own trigger of this name. */
  differs: string
}>

const atOnce = 'As soon as Bitrix24 tells, usually within seconds.'
const sameAsOwn =
  'In what counts no difference is known. What differs for all kinds is said on the [first page](README.md).'
const channel = 'The Open Channel in which it happens; none: any channel.'
const line = 'The telephone line that was called; none: any. Spaces, `+`, brackets and dashes do not count.'

/** A kind without notes does not compile. */
export const kindNotes: Readonly<Record<KindCode, KindNotes>> = {
  'email-viewed': {
    tracks:
      'The first view of an e-mail that was sent from CRM with tracking; later views do not count. Privacy services of some mail providers open every e-mail by themselves, and such views count too. E-mails that were found in the mailbox’s Sent folder are not tracked by Bitrix24.',
    fields: {
      minSeconds:
        'A view sooner than so many seconds after sending is taken for a machine’s (0 to 3600): it moves nothing and stands in the journal as such.',
    },
    needs: 'Tracking of e-mails switched on in the portal’s CRM settings.',
    speed:
      'Bitrix24 tells nobody of a view, so Stagecue asks: every minute in the first hour after sending, every five minutes on the first day, every half hour for 14 days, then no more. E-mails of the last 14 days are included when the first trigger of this kind is switched on.',
    differs:
      'Bitrix24’s own reacts at once; this one within the times above. Views by machines can be told by `minSeconds`.',
  },
  'email-link-clicked': {
    tracks:
      'A click on a link whose address starts with the given one: the same site, however it is written, and then letter for letter. Pictures, and links that are quoted from earlier e-mails, are none. Stagecue’s own tracked links, made by its automation rule or copied from the item’s page, count with every click. Of ordinary links Bitrix24 tells only that one was clicked for the first time, not which: then all links of the e-mail’s body are compared. An e-mail that holds one of our links for an item of its own is judged by our clicks alone: if a trigger asks for an address that our links do not lead to, the journal says that it is not certain which link was clicked. A link of ours in a quoted e-mail, or for another item, silences nothing.',
    fields: {
      url: 'How the clicked address begins; http or https.',
      whenUnsure:
        'What to do when only some of the e-mail’s links match: `skip` leaves the item with the reason “not certain which link”, `move` moves it.',
      minSeconds:
        'A click sooner than so many seconds after sending is taken for a machine’s (0 to 3600); on one of our links, after the link was made. It moves nothing and stands in the journal as such.',
    },
    needs: 'Tracking of e-mails switched on, for ordinary links; nothing for tracked links.',
    speed:
      'Ordinary links: as soon as Bitrix24 tells. Tracked links: a few seconds later, because a click is held until it is certain that no machine made it; the customer’s browser never waits.',
    differs:
      'Bitrix24’s own counts machines that open every link, and moves although another link may have been clicked. Bitrix24’s own compares letters only, so that `https://acme.example` also fits `https://acme.example.evil.test`.',
  },
  'email-incoming': {
    tracks:
      'An e-mail from a customer that came in through a mailbox of the portal. The same e-mail fetched twice, or restored from the recycle bin, counts once. Activities that another program wrote into CRM are no e-mails that came in. What no person wrote does not count: automatic replies, delivery failures, answers to invitations and read receipts, told by sender, headers and the phrases of mail programs in thirty languages. “Accepted: …” is an answer to an invitation only where the body says nothing, or where a calendar names time and calendar behind the title. When in doubt, a person wrote.',
    fields: { automatic: 'Also count e-mails that no person wrote.' },
    needs: 'A mailbox that is connected to CRM.',
    speed: atOnce,
    differs:
      'Bitrix24’s own also counts what no person wrote, so an out-of-office answer moves the deal to “answered”.',
  },
  'email-outgoing': {
    tracks:
      'An e-mail that an employee sends from CRM to a customer; with `automatic` also those of automation rules. An e-mail from the deal’s card to somebody who is none of the deal’s contacts and not its company, such as a warehouse, does not count for that deal, as far as Bitrix24 knows whom it went to: an address that CRM does not know, or an item without clients, counts as before. Old e-mails that enter CRM late, because a mailbox was connected, count for the time when they were sent.',
    fields: { automatic: 'Also count e-mails that automation rules and workflows send.' },
    needs: 'A mailbox that is connected to CRM.',
    speed: `${atOnce} Who sent it may be written a moment later; Stagecue waits for that up to ten seconds.`,
    differs:
      'Bitrix24’s own always counts the e-mails of automation rules: a rule that sends one at the target stage may set off the next move, and so on.',
  },
  'form-submitted': {
    tracks:
      'A customer fills in a callback form; each submission counts once. Other CRM forms never fire it. It also counts when the submission is added to an existing item instead of making a new one.',
    fields: { formId: 'The callback form; none: any of them.' },
    needs:
      'A callback form. Where Bitrix24 does not tell which forms are callback forms, choose one: the forms seen so far are offered.',
    speed: atOnce,
    differs: sameAsOwn,
  },
  'call-outbound': {
    tracks:
      'An employee called a customer by the portal’s telephony, answered or not, and the call has ended. Callbacks, robot calls, planned calls, calls between employees and calls that were written down by hand do not count; nor does a call to somebody whom CRM does not know, which looks like one between employees.',
    fields: {},
    needs: 'Telephony of Bitrix24, a connected PBX or a telephony app.',
    speed: `${atOnce} A call of which CRM has no activity yet is asked again after ten seconds.`,
    differs: 'Bitrix24’s own counts planned calls, and calls that were written down by hand, too.',
  },
  'call-inbound': {
    tracks:
      'A call from a customer has ended, answered or not. A missed call is decided for [Track missed call](call-missed.md) first: an item which that one moved is not moved again for the same call. Several telephones that a telephony app rings at once are one call.',
    fields: { line },
    needs: 'Telephony of Bitrix24, a connected PBX or a telephony app.',
    speed: `${atOnce} A redirected call, or one of a telephony app, that nobody answered so far is asked again after ten seconds.`,
    differs: sameAsOwn,
  },
  'call-missed': {
    tracks:
      'Nobody picked up a call from a customer: every telephone that rang stayed unanswered. Exchanges write different codes for that; which ones count stands below. A telephony app that rings several telephones at once makes a call of each: calls of one number that overlap in time are one call here. If a colleague answered one of them, none is missed; if nobody did, one is. An app that writes the answered call only after it has ended, minutes later, may have told of a missed one before.',
    fields: {
      line,
      declined:
        'Also count calls that an employee declined, that were cancelled, or that met a busy line. Without it they are no missed calls.',
    },
    needs: 'Telephony of Bitrix24, a connected PBX or a telephony app.',
    speed: `${atOnce} A redirected call, and one of a telephony app, is asked again after ten seconds, since a colleague may still answer it.`,
    differs: 'Bitrix24’s own knows the code 304 only: calls that an exchange ends with another one are lost to it.',
  },
  'chat-first-message': {
    tracks:
      'A customer begins a conversation in an Open Channel. One per conversation: after it was closed, the next message begins a new one. Conversations that employees begin do not count, also not those that a manager began on the telephone and a connector copied under the customer’s name, as far as Stagecue may read the conversation.',
    fields: { channelId: channel },
    needs: 'An Open Channel whose conversations are saved in CRM.',
    speed: atOnce,
    differs: sameAsOwn,
  },
  'chat-accept-time': {
    tracks:
      'An employee takes a conversation that a customer began, `seconds` or longer after its beginning. Only the first acceptance counts; bots and the hours outside working time are part of the waiting. It is decided before [Track chat accepted event](chat-accepted.md): an item which it moved is not moved again for the same conversation. Where Bitrix24 lets nobody tell the exact moment, such as after an outage, it counts if even the earliest possible one was late enough; if only the latest possible one was, the journal says that the time is unknown.',
    fields: { seconds: 'How long the customer had to wait at least, 1 to 86400 seconds.', channelId: channel },
    needs: 'An Open Channel whose conversations are saved in CRM.',
    speed: atOnce,
    differs: sameAsOwn,
  },
  'chat-accepted': {
    tracks:
      'An employee takes a conversation that a customer began (Reply or Answer). Only the first acceptance counts: a transfer to a colleague is no new one. It counts also where nobody can tell the exact moment.',
    fields: { channelId: channel },
    needs: 'An Open Channel whose conversations are saved in CRM.',
    speed: atOnce,
    differs: sameAsOwn,
  },
  'chat-message': {
    tracks:
      'A customer’s message contains the text as whole words and letter for letter: capital and small letters count, accents and ё too, and so does the order of the words. “car” is not in “scar”. What messengers and keyboards change by themselves does not count: several blanks, line breaks and blanks that do not break are one blank, signs that nobody sees are none, curly quotes are straight ones, all dashes are one, `&amp;` is `&`. Words that the customer quotes were said by somebody else. Messages of employees, bots and the system, and edited messages, do not count; nor does what a connector copies under the customer’s name, such as what a manager wrote on the telephone: such a message begins with a heading, see below.',
    fields: { text: 'The words, up to 500 characters.', channelId: channel },
    needs:
      'An Open Channel whose conversations are saved in CRM, and the right to read their histories for the administrator who installed Stagecue. Without that right an event alone tells of a message, and events can be made up: then the conversation itself has to show that a message came, else the journal says that Bitrix24 does not confirm it.',
    speed: `${atOnce} Where Bitrix24 does not tell of a channel’s messages, Stagecue reads the conversations every minute.`,
    differs:
      'Bitrix24’s own takes capital and small letters alike and finds the text inside other words; its manual promises what this one does.',
  },
  'payment-received': {
    tracks:
      'An invoice reaches its paid stage, however it gets there, or is made in it, as accounting programs do. Payments by a payment link of the deal are no invoices and do not count; where an automation rule of yours changes a field of the deal at such a payment, [Track field change](field-changed.md) sees that. On deals: the deal that the invoice belongs to. On invoices: the invoice itself, which needs *allow moving back*, because its paid stage is final. A paid invoice that is changed later fires nothing new; one that leaves the paid stage and comes back does.',
    fields: {},
    needs: 'Smart invoices. The old invoices of early portals are not served.',
    speed: atOnce,
    differs: sameAsOwn,
  },
  'field-changed': {
    tracks:
      'Chosen fields of the item itself change, whoever changes them. What the fields hold when the trigger is switched on, or when an item is added, is the beginning; an item that is seen for the first time later begins then. Closed items and those of other pipelines are not read at the beginning. Stagecue keeps no values, only fingerprints that tell a change. What its own moves change is no change: the stage, and what follows from it, such as who moved the item and when. A field that Bitrix24 does not show in lists, such as telephones and e-mails, cannot be watched; when a field is deleted, its triggers need attention.',
    fields: {
      fieldNames: 'The fields, 1 to 50: one of them changing is enough.',
      becomes:
        'The new value; none: any. As the screen shows it: the title of an option, the name of a person or a stage, a date as the portal writes it (`29.08.2026`), an amount without its currency (`1500`). Or as Bitrix24 keeps it: numbers without trailing zeros (`1500.5`), yes and no as `Y` and `N`, lists sorted and joined by a comma (`7,15`).',
    },
    needs: 'Nothing else.',
    speed: `${atOnce} In a pipeline of many thousand items the beginning takes some minutes to read.`,
    differs: sameAsOwn,
  },
}
