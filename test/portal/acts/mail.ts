import { addActivity, requireActivity, updateActivity } from '../changes/activities.ts'
import type { Cause } from '../events/auth.ts'
import { NOBODY } from '../events/auth.ts'
import { later } from '../events/queue.ts'
import { SEED } from '../seed/names.ts'
import type { PortalState } from '../state.ts'
import type { Activity } from '../world/activity.ts'
import { unixSeconds } from '../world/dates.ts'
import { DEAL, LEAD } from '../world/entity-types.ts'
import type { ItemRef } from '../world/item.ts'
import { findItem, isOpen } from '../world/stages.ts'
import { bindingsFor, communication, type Happening, INCOMING } from './options.ts'

const MAIL = { typeId: 4, providerId: 'CRM_EMAIL', providerTypeId: 'EMAIL', descriptionType: 3 } as const

export interface ReceiveMail extends Happening {
  /** The customer; Kim by default. */
  from?: string
  to?: string
  subject?: string
  html?: string
  /** The e-mail it answers (activity id): then it is bound to that one's open deal or lead only. */
  replyTo?: number
  messageId?: string
  responsibleId?: number
}

/** A customer's e-mail comes in through a mailbox (platform.md 10.5, 10.6). */
export function receiveMail(portal: PortalState, mail: ReceiveMail = {}): { activityId: number; messageId: string } {
  const { from = SEED.emails.kim, to = SEED.emails.mailbox } = mail
  const messageId = mail.messageId ?? newMessageId(portal)
  const replied = mail.replyTo === undefined ? [] : openSaleOf(portal, mail.replyTo)
  const bindings = mail.bindings ?? (replied.length > 0 ? replied : bindingsFor(portal.world, mail, { email: from }))
  const activity = addActivity(
    portal,
    {
      ...MAIL,
      ...INCOMING,
      subject: mail.subject ?? 'Question',
      description: mail.html ?? '<p>How much is it?</p>',
      bindings,
      communications: communication('EMAIL', from, bindings),
      responsibleId: mail.responsibleId ?? SEED.users.sam,
      settings: { MESSAGE_HEADERS: { 'Message-Id': messageId }, EMAIL_META: mailMeta(to, from, to) },
    },
    { userId: null, at: mail.at },
  )
  return { activityId: activity.id, messageId }
}

export interface SendMail extends Happening {
  /** The employee who sends it; Sam by default. Ignored with `byRobot`. */
  userId?: number
  /** Sent by the "send e-mail" automation rule. */
  byRobot?: boolean
  to?: string
  subject?: string
  html?: string
  /** False: the portal's tracking is off (`IS_BATCH_EMAIL` null). True by default. */
  tracked?: boolean
  messageId?: string
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
      subject: mail.subject ?? 'Offer',
      description: mail.html ?? '<p>Hello</p>',
      direction: 2,
      completed: true,
      bindings,
      communications: communication('EMAIL', to, bindings),
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
}

/** Another program writes an e-mail activity by REST: no EMAIL_META, no tracking (platform.md 10.3, 10.5). Returns its id. */
export function writeForeignMail(portal: PortalState, mail: ForeignMail = {}): number {
  const { direction = 1, subject = 'Imported e-mail', userId = SEED.users.admin } = mail
  const bindings = bindingsFor(portal.world, mail, { email: SEED.emails.kim })
  const given = { ...MAIL, direction, subject, bindings, completed: true, responsibleId: userId }
  return addActivity(portal, given, { userId, at: mail.at }).id
}

function sentSettings(
  portal: PortalState,
  mail: SendMail,
  { messageId, userId, to }: { messageId: string; userId: number; to: string },
): Activity['settings'] {
  const sender = portal.world.users.get(userId)
  const from = sender?.email ?? SEED.emails.mailbox
  return {
    MESSAGE_HEADERS: { 'Message-Id': messageId, 'Reply-To': `${sender?.name ?? ''} <${from}>` },
    EMAIL_META: mailMeta(from, `${sender?.name ?? ''} <${from}>`, to),
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
