import type { KindCode } from '../lib/domain/kind-code.ts'

/** What the page of a kind says beside what the registry knows. Sentences for sales managers, in English. */
export type KindNotes = Readonly<{
  /** What exactly counts, and what does not. */
  tracks: string
  /** What each of its own fields does, by name. */
  fields: Readonly<Record<string, string>>
  /** What Bitrix24 must have, beside the permission. */
  needs: string
  speed: string
  /** How it differs from Bitrix24's own trigger of this name. */
  differs: string
}>

const atOnce = 'As soon as Bitrix24 reports it, usually within seconds.'
const sameAsOwn =
  'It counts the same events, as far as is known. What differs for all trigger types stands on the [first page](README.md).'
const channel = 'The Open Channel of the chat; none: any channel.'
const line = 'The telephone line that was called; none: any. Spaces, `+`, brackets and dashes do not count.'

/** A kind without notes does not compile. */
export const kindNotes: Readonly<Record<KindCode, KindNotes>> = {
  'email-viewed': {
    tracks:
      'The first time that somebody opens an email which was sent from CRM with tracking; later times do not count. Privacy services of some mail providers open every email by themselves, and this counts too. Bitrix24 does not track emails that it found in the mailbox’s Sent folder.',
    fields: {
      minSeconds:
        'An email that is opened within so many seconds after sending (0 to 3600) counts as opened by an automatic scanner: it moves nothing, and the journal says so.',
    },
    needs: 'Email tracking, switched on in the CRM settings.',
    speed:
      'Bitrix24 does not report that an email was opened, so Stagecue asks: every minute in the first hour after sending, every five minutes on the first day, every half hour for 14 days, then no more. Emails of the last 14 days are included when the first trigger of this type is switched on.',
    differs:
      'Bitrix24’s own trigger reacts at once; this one within the times above. `minSeconds` keeps automatic scanners apart.',
  },
  'email-link-clicked': {
    tracks:
      'A click on a link whose address begins with the given one: the same site, however it is written, and then letter for letter. Pictures do not count, nor do links that are quoted from earlier emails. Stagecue’s own tracked links, made by its automation rule or copied from the item’s card, count with every click. Of ordinary links Bitrix24 reports only that one was clicked for the first time, not which one: then all links of the email’s body are compared. If an email contains a tracked link for one of its own items, only clicks on tracked links decide: where a trigger expects another address, the journal says that it is unclear which link was clicked. A tracked link in a quoted email, or for another item, does not change this.',
    fields: {
      url: 'How the clicked address begins, with http:// or https://.',
      whenUnsure:
        'What happens when only some of the email’s links match: `skip` leaves the item where it is, with the reason “unclear which link”; `move` moves it.',
      minSeconds:
        'A click within so many seconds after sending (0 to 3600) counts as one of an automatic scanner; for tracked links the time runs from when the link was created. It moves nothing, and the journal says so.',
    },
    needs: 'Email tracking, switched on in the CRM settings, for ordinary links; nothing for tracked links.',
    speed:
      'Ordinary links: as soon as Bitrix24 reports the click. Tracked links: a few seconds later, because a click waits until it is certain that no automatic scanner made it; the customer’s browser never waits.',
    differs:
      'Bitrix24’s own trigger counts automatic scanners that open every link, and moves the item although another link may have been clicked. It compares letters only, so that `https://acme.example` also fits `https://acme.example.evil.test`.',
  },
  'email-incoming': {
    tracks:
      'An email from a customer that arrives in a mailbox of this Bitrix24. The same email counts once, even if it is fetched twice or restored from the recycle bin. Activities that another program adds to CRM are not incoming emails. Emails that no person wrote do not count: automatic replies, delivery failures, answers to invitations and read receipts. Stagecue recognizes them by sender, headers and the phrases of mail programs in thirty languages. “Accepted: …” is an answer to an invitation only if the body says nothing, or if a calendar names time and calendar behind the title. Where this is not certain, the email counts as written by a person.',
    fields: { automatic: 'Also count emails that no person wrote.' },
    needs: 'A mailbox that is connected to CRM.',
    speed: atOnce,
    differs:
      'Bitrix24’s own trigger also counts emails that no person wrote, so an out-of-office reply moves the deal to “answered”.',
  },
  'email-outgoing': {
    tracks:
      'An email that an employee sends from CRM to a customer; with `automatic` also emails of automation rules. An email from the deal’s card to somebody who is neither a contact of the deal nor its company, such as a warehouse, does not count for that deal, as far as Bitrix24 knows the recipient: an address that CRM does not know still counts, and so does an item without clients. Old emails that enter CRM late, because a mailbox was connected, count for the time when they were sent.',
    fields: { automatic: 'Also count emails that automation rules and workflows send.' },
    needs: 'A mailbox that is connected to CRM.',
    speed: `${atOnce} Bitrix24 may add the sender a moment later; Stagecue waits for it up to ten seconds.`,
    differs:
      'Bitrix24’s own trigger always counts the emails of automation rules: a rule that sends one at the target stage may start the next move, and so on.',
  },
  'form-submitted': {
    tracks:
      'A customer submits a callback form; each submission counts once. Other CRM forms never fire the trigger. A submission also counts when it is added to an existing item instead of creating a new one.',
    fields: { formId: 'The callback form; none: any of them.' },
    needs:
      'A callback form. Where Bitrix24 does not report which forms are callback forms, choose one: the forms submitted so far are offered, each by the time of its last submission. To find yours, submit it once yourself.',
    speed: atOnce,
    differs: sameAsOwn,
  },
  'call-outbound': {
    tracks:
      'An employee called a customer by the telephony of this Bitrix24, answered or not, and the call has ended. Callbacks, calls by automation rules, planned calls, calls between employees and calls that were added by hand do not count; nor does a call to somebody whom CRM does not know, because it looks like one between employees.',
    fields: {},
    needs: 'Telephony of Bitrix24, a connected PBX or a telephony app.',
    speed: `${atOnce} If CRM has no activity for the call yet, Stagecue asks again after ten seconds.`,
    differs: 'Bitrix24’s own trigger also counts planned calls and calls that were added by hand.',
  },
  'call-inbound': {
    tracks:
      'A call from a customer has ended, answered or not. For a missed call, [Track missed call](call-missed.md) comes first: an item that it moved is not moved again for the same call. Several telephones that a telephony app rings at once are one call.',
    fields: { line },
    needs: 'Telephony of Bitrix24, a connected PBX or a telephony app.',
    speed: `${atOnce} If nobody has answered a redirected call or one of a telephony app yet, Stagecue asks again after ten seconds.`,
    differs: sameAsOwn,
  },
  'call-missed': {
    tracks:
      'Nobody answered a call from a customer, on any telephone that rang. Exchanges write different codes for this; the list below says which ones count. A telephony app that rings several telephones at once makes a call of each: calls of one number that overlap in time are one call here. If a colleague answered one of them, none is missed; if nobody did, one is. An app that adds the answered call only after it has ended, minutes later, may have reported a missed one before.',
    fields: {
      line,
      declined:
        'Also count calls that an employee declined, cancelled calls, and calls to a busy line. Without it they are not missed calls.',
    },
    needs: 'Telephony of Bitrix24, a connected PBX or a telephony app.',
    speed: `${atOnce} Stagecue asks again after ten seconds for a redirected call and for one of a telephony app, because a colleague may still answer it.`,
    differs: 'Bitrix24’s own trigger knows the code 304 only: it misses calls that an exchange ends with another code.',
  },
  'chat-first-message': {
    tracks:
      'A customer starts a chat in an Open Channel. It counts once per chat: after the chat was closed, the next message starts a new one. Chats that employees start do not count, not even those that a manager started on the telephone and a connector copied under the customer’s name, as far as Stagecue has permission to read the chat.',
    fields: { channelId: channel },
    needs: 'An Open Channel whose chats are saved in CRM.',
    speed: atOnce,
    differs: sameAsOwn,
  },
  'chat-accept-time': {
    tracks:
      'An employee accepts a chat that a customer started, `seconds` or longer after its start. Only the first acceptance counts; the time with bots and outside working hours is part of the wait. It comes before [Track chat accepted event](chat-accepted.md): an item that it moved is not moved again for the same chat. Where Bitrix24 does not report the exact moment, such as after an outage, the chat counts if even the earliest possible moment was late enough; if only the latest possible one was, the journal says that the time is unknown.',
    fields: { seconds: 'How long the customer had to wait at least, 1 to 86400 seconds.', channelId: channel },
    needs: 'An Open Channel whose chats are saved in CRM.',
    speed: atOnce,
    differs: sameAsOwn,
  },
  'chat-accepted': {
    tracks:
      'An employee accepts a chat that a customer started (Reply or Answer). Only the first acceptance counts: a transfer to a colleague is not a new one. It also counts where the exact moment is not known.',
    fields: { channelId: channel },
    needs: 'An Open Channel whose chats are saved in CRM.',
    speed: atOnce,
    differs: sameAsOwn,
  },
  'chat-message': {
    tracks:
      'A customer’s message contains the text as whole words and letter for letter: capital and small letters differ, and so do accents and ё; the order of the words counts. “car” is not in “scar”. What messengers and keyboards change by themselves makes no difference: several blanks, line breaks and non-breaking blanks are one blank, invisible characters are ignored, curly quotes equal straight ones, all dashes are alike, `&amp;` is `&`. Words that the customer quotes do not count, as somebody else wrote them. Messages of employees, bots and the system, and edited messages, do not count; nor do messages that a connector copies under the customer’s name, such as those that a manager wrote on the telephone: such a message begins with a heading, see below.',
    fields: { text: 'The words, up to 500 characters.', channelId: channel },
    needs:
      'An Open Channel whose chats are saved in CRM, and permission to read their histories for the administrator who installed Stagecue. Without this permission Stagecue knows a message only from an event, and events can be made up: then the chat itself has to show that a message arrived, or the journal says that Bitrix24 does not confirm it.',
    speed: `${atOnce} Where Bitrix24 does not report a channel’s messages, Stagecue reads the chats every minute.`,
    differs:
      'Bitrix24’s own trigger ignores capital letters and finds the text inside other words; its manual promises what this one does.',
  },
  'payment-received': {
    tracks:
      'An invoice reaches its paid stage in any way, or is created in it, as accounting programs do. Payments by a payment link of the deal are not invoices and do not count; if an automation rule of yours changes a field of the deal after such a payment, use [Track field change](field-changed.md). In deals, the trigger moves the deal that the invoice belongs to. In invoices, it moves the invoice itself, which needs *Allow moving back*, because the paid stage is final. A paid invoice that changes later does not fire the trigger again; one that leaves the paid stage and comes back does.',
    fields: {},
    needs: 'Smart invoices. The old invoices of early accounts are not supported.',
    speed: atOnce,
    differs: sameAsOwn,
  },
  'field-changed': {
    tracks:
      'Chosen fields of the item itself change, whoever changes them. Stagecue compares with the values at the time when the trigger was switched on or the item was added; an item that it sees for the first time later is compared from then on. Closed items and items of other pipelines are not read at first. Stagecue stores no values, only fingerprints that show a change. What its own moves change does not count: the stage, and what follows from it, such as who moved the item and when. A field that Bitrix24 does not show in lists, such as telephone numbers and email addresses, cannot be chosen; when a field is deleted, its triggers need attention.',
    fields: {
      fieldNames: 'The fields, 1 to 50: a change of one of them is enough.',
      becomes:
        'The new value; none: any. As the screen shows it: the title of an option, the name of a person or a stage, a date as Bitrix24 shows it (`29.08.2026`), an amount without its currency (`1500`). Or as Bitrix24 keeps it: numbers without trailing zeros (`1500.5`), yes and no as `Y` and `N`, lists sorted and joined by a comma (`7,15`).',
    },
    needs: 'Nothing else.',
    speed: `${atOnce} In a pipeline of many thousand items, reading the first values takes some minutes.`,
    differs: sameAsOwn,
  },
}
