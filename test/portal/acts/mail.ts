import { addActivity, requireActivity, updateActivity } from '../changes/activities.ts'
import type { Cause } from '../events/auth.ts'
import { NOBODY } from '../events/auth.ts'
import { later } from '../events/queue.ts'
import { SEED } from '../seed/names.ts'
import type { PortalState } from '../state.ts'
import type { Activity, NewActivity } from '../world/activity.ts'
import { secondsLater, unixSeconds } from '../world/dates.ts'
import { DEAL, LEAD } from '../world/entity-types.ts'
import { nextId } from '../world/ids.ts'
import type { ItemRef } from '../world/item.ts'
import { findItem, isOpen } from '../world/stages.ts'
import { bodyOf, type MailBody } from './mail-body.ts'
import { bindingsFor, type Happening, INCOMING, mailAddress } from './options.ts'

const MAIL = { typeId: 4, providerId: 'CRM_EMAIL', providerTypeId: 'EMAIL' } as const

const DAY = 86_400

export interface ReceiveMail extends Happening, MailBody {
  /** The customer; Kim by default. */
  from?: string
  to?: string
  subject?: string
  /** The e-mail it answers (activity id): then it is bound to that one's open deal or lead only. */
  replyTo?: number
  /** Real incoming e-mails show no headers; these are shown all the same. */
  headers?: Record<string, string>
  /** One more of them. */
  messageId?: string
  /** When it was written, where the mailbox fetches it later than that: START_TIME lies before CREATED. */
  writtenAt?: Date
  responsibleId?: number
}

/** A customer's e-mail comes in through a mailbox (platform.md 10.5, 10.6). */
export function receiveMail(portal: PortalState, mail: ReceiveMail = {}): { activityId: number } {
  const { from = SEED.emails.kim, to = SEED.emails.mailbox } = mail
  const headers = { ...mail.headers, ...(mail.messageId === undefined ? {} : { 'Message-Id': mail.messageId }) }
  const replied = mail.replyTo === undefined ? [] : openSaleOf(portal, mail.replyTo)
  const bindings = mail.bindings ?? (replied.length > 0 ? replied : bindingsFor(portal.world, mail, { email: from }))
  const activity = addActivity(
    portal,
    {
      ...MAIL,
      ...INCOMING,
      // Nobody writes two e-mails of one subject in one second; those would count as one that was fetched twice.
      subject: mail.subject ?? `Question ${nextId(portal.world, 'question')}`,
      ...bodyOf(portal, mail, '<p>How much is it?</p>'),
      ...timesOf(mail.writtenAt),
      bindings,
      communications: mailAddress(portal.world, from),
      responsibleId: mail.responsibleId ?? SEED.users.sam,
      settings: {
        ...(Object.keys(headers).length > 0 ? { MESSAGE_HEADERS: headers } : {}),
        EMAIL_META: mailMeta(to, from, to),
      },
    },
    { userId: null, at: mail.at },
  )
  return { activityId: activity.id }
}

/** What no person wrote, as programs word it. */
const AUTOMATIC = {
  outOfOffice: { subject: 'Automatic reply: Offer', html: '<p>I am out of the office until Monday.</p>' },
  bounce: {
    from: 'MAILER-DAEMON@mail.client.example',
    subject: 'Undelivered Mail Returned to Sender',
    plain: 'The message could not be delivered.',
  },
  calendar: { subject: 'Accepted: Meeting', html: '' },
  receipt: { subject: 'Read: Offer', plain: 'Your message was read.' },
} satisfies Record<string, ReceiveMail>

/** A program answers one of our e-mails: an absence, a delivery failure, a calendar, a read receipt. */
export function receiveAutomaticMail(
  portal: PortalState,
  kind: keyof typeof AUTOMATIC,
  mail: ReceiveMail = {},
): { activityId: number } {
  return receiveMail(portal, { ...AUTOMATIC[kind], ...mail })
}

export interface SendMail extends Happening, MailBody {
  /** The employee who sends it; Sam by default. Ignored with `byRobot`. */
  userId?: number
  /** Sent by the "send e-mail" automation rule. */
  byRobot?: boolean
  to?: string
  subject?: string
  /** False: the portal's tracking is off (`IS_BATCH_EMAIL` null). True by default. */
  tracked?: boolean
  messageId?: string
  /** False: it shows no MESSAGE_HEADERS. */
  headers?: boolean
  /** How many updates follow the adding; 2 by default. The first brings SETTINGS, the second is another hit of the portal. */
  updates?: 0 | 1 | 2
  /** Milliseconds until that first update; 0 by default. */
  settingsAfterMs?: number
}

/** An e-mail goes out of CRM: added without SETTINGS, which come with an update that follows (platform.md 10.3, 10.4). */
export function sendMail(portal: PortalState, mail: SendMail = {}): { activityId: number; messageId: string } {
  const { userId = SEED.users.sam, to = SEED.emails.kim, settingsAfterMs = 0, updates = 2 } = mail
  const messageId = mail.messageId ?? newMessageId(portal)
  const bindings = bindingsFor(portal.world, mail, { email: to })
  const cause: Cause = { userId: mail.byRobot ? null : userId, at: mail.at }
  const activity = addActivity(
    portal,
    {
      ...MAIL,
      subject: mail.subject ?? `Offer ${nextId(portal.world, 'offer')}`,
      ...bodyOf(portal, mail, '<p>Hello</p>'),
      direction: 2,
      completed: true,
      bindings,
      communications: mailAddress(portal.world, to),
      responsibleId: userId,
    },
    cause,
  )
  const settings = sentSettings(portal, mail, { messageId, userId, to })
  const writeSettings = () => {
    if (updates === 0) return
    updateActivity(portal, activity, { settings: { ...settings, ...activity.settings } }, cause)
    if (updates === 2) later(portal, 0, () => updateActivity(portal, activity, {}, cause))
  }
  if (settingsAfterMs > 0) later(portal, settingsAfterMs, writeSettings)
  else writeSettings()
  return { activityId: activity.id, messageId }
}

export interface FoundMail extends Happening, MailBody {
  userId?: number
  to?: string
  subject?: string
  /** When it was sent; twenty days ago by default. */
  writtenAt?: Date
}

/**
 * A mailbox is connected, and an e-mail of its Sent folder enters CRM, long after it was sent: without tracking, as CRM did not
 * send it (platform.md 10.3). Returns the activity's id.
 */
export function findSentMail(portal: PortalState, mail: FoundMail = {}): number {
  const { userId = SEED.users.sam, to = SEED.emails.kim, writtenAt = secondsLater(new Date(), -20 * DAY) } = mail
  const bindings = bindingsFor(portal.world, mail, { email: to })
  const from = portal.world.users.get(userId)?.email ?? SEED.emails.mailbox
  const given = {
    ...MAIL,
    subject: mail.subject ?? 'Offer of long ago',
    ...bodyOf(portal, mail, '<p>Hello</p>'),
    ...timesOf(writtenAt),
    direction: 2,
    completed: true,
    bindings,
    communications: mailAddress(portal.world, to),
    responsibleId: userId,
    settings: { EMAIL_META: mailMeta(from, from, to) },
  } satisfies NewActivity
  return addActivity(portal, given, { ...NOBODY, at: mail.at }).id
}

/** The customer opens the e-mail: its tracking pixel is loaded (platform.md 10.1). Only the first time of a tracked one counts. */
export function openMail(portal: PortalState, activityId: number, { at = new Date() }: { at?: Date } = {}): void {
  const activity = requireActivity(portal, activityId)
  const { settings } = activity
  if (settings.IS_BATCH_EMAIL !== false || settings.READ_CONFIRMED !== undefined) return
  const seconds = unixSeconds(at)
  const read = portal.switches.readConfirmedType === 'int' ? seconds : String(seconds)
  const change = { settings: { ...settings, READ_CONFIRMED: read } }
  if (portal.switches.mailReadEvent === 'none') Object.assign(activity, change)
  else updateActivity(portal, activity, change, { ...NOBODY, at })
}

/** The customer follows a link of the e-mail: only the first click is written, and not which link (platform.md 10.2). */
export function clickMailLink(portal: PortalState, activityId: number, { at = new Date() }: { at?: Date } = {}): void {
  const activity = requireActivity(portal, activityId)
  const { settings } = activity
  if (settings.IS_BATCH_EMAIL !== false || settings.CLICK_CONFIRMED !== undefined) return
  const change = { settings: { ...settings, CLICK_CONFIRMED: unixSeconds(at) } }
  if (portal.switches.mailClickEvent === 'none') Object.assign(activity, change)
  else updateActivity(portal, activity, change, { ...NOBODY, at })
}

/** The mailbox fetches an e-mail again: a second activity with the same Message-Id. Returns its id. */
export function fetchMailTwice(portal: PortalState, activityId: number): number {
  const { id: _, created: __, lastUpdated: ___, ...again } = structuredClone(requireActivity(portal, activityId))
  return addActivity(portal, again, NOBODY).id
}

export interface ForeignMail extends Happening {
  direction?: 1 | 2
  subject?: string
  userId?: number
  blankSettings?: boolean
}

/** Another program writes an e-mail activity by REST: no EMAIL_META, no tracking (platform.md 10.3, 10.5). Returns its id. */
export function writeForeignMail(portal: PortalState, mail: ForeignMail = {}): number {
  const { direction = 1, subject = 'Imported e-mail', userId = SEED.users.admin, blankSettings = false } = mail
  const bindings = bindingsFor(portal.world, mail, { email: SEED.emails.kim })
  const given = {
    ...MAIL,
    direction,
    subject,
    bindings,
    descriptionType: 3 as const,
    completed: true,
    responsibleId: userId,
    blankSettings,
  }
  return addActivity(portal, given, { userId, at: mail.at }).id
}

function timesOf(writtenAt: Date | undefined): Partial<Activity> {
  return writtenAt ? { startTime: writtenAt, endTime: writtenAt } : {}
}

function sentSettings(
  portal: PortalState,
  mail: SendMail,
  { messageId, userId, to }: { messageId: string; userId: number; to: string },
): Activity['settings'] {
  const sender = portal.world.users.get(userId)
  const from = sender?.email ?? SEED.emails.mailbox
  const shown = `${sender?.name ?? ''} <${from}>`
  return {
    ...(mail.headers === false ? {} : { MESSAGE_HEADERS: { 'Message-Id': messageId, 'Reply-To': shown } }),
    EMAIL_META: mailMeta(from, shown, to),
    IS_BATCH_EMAIL: mail.tracked === false ? null : false,
    ...(mail.byRobot ? { BP_ACTIVITY_ID: 'A1201_7', BP_TEMPLATE_ID: '37' } : {}),
  }
}

function mailMeta(mailbox: string, from: string, to: string): Record<string, string> {
  return { __email: mailbox, from, replyTo: '', to, cc: '', bcc: '' }
}

/** The open deal or lead that an e-mail is bound to. */
function openSaleOf({ world }: PortalState, activityId: number): ItemRef[] {
  const bindings = world.activities.get(activityId)?.bindings ?? []
  return bindings.filter(({ entityTypeId, id }) => {
    const item = entityTypeId === DEAL || entityTypeId === LEAD ? findItem(world, entityTypeId, id) : undefined
    return item !== undefined && isOpen(world, item)
  })
}

function newMessageId(portal: PortalState): string {
  const next = (portal.world.lastIds.get('activity') ?? 0) + 1
  return `<crm.activity.${next}.${portal.memberId.slice(0, 8)}@acme.example>`
}
