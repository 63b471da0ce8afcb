import { GRACE_MS } from '../../../domain/time.ts'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import { confirmedAt, isMail, isTracked, sentAt } from '../../../triggers/mail.ts'
import type { ActivityRow } from './activity-facts.ts'

/** Kinds whose happenings the portal marks on the e-mail that was sent, and how (`platform.md` 5.2). */
const marks = { 'email-viewed': 'READ_CONFIRMED', 'email-link-clicked': 'CLICK_CONFIRMED' } as const

export type MailKind = keyof typeof marks

/** The kinds that are looked for. */
export const mailKinds = Object.keys(marks) as MailKind[]

/** What is looked for in this portal: kinds with the time, in milliseconds, at which their first enabled trigger became ready. */
export type MailWatch = ReadonlyMap<MailKind, number>

/** A view or click is waited for so long. */
export const WATCH_MS = 14 * 24 * 3600 * 1000

/** SETTINGS come with the second write (`platform.md` 10.4); after so long they do not come at all. */
const SETTINGS_MS = 60_000

/** A mark has whole seconds, and so has what it is compared with: the guards look closer. */
const MARK_GRACE_MS = GRACE_MS + 1000

export function mailWatch(triggers: readonly ReadyTrigger[]): MailWatch {
  const kinds = mailKinds.flatMap((kind) => {
    const ready = triggers.filter((trigger) => trigger.kind === kind).map(({ readyAt }) => Date.parse(readyAt))
    return ready.length > 0 ? [[kind, Math.min(...ready)] as const] : []
  })
  return new Map(kinds)
}

/** A view or click that is looked for may still come. */
export function mayStillChange(activity: ActivityRow, watch: MailWatch, now: Date): boolean {
  const age = now.getTime() - Date.parse(sentAt(activity))
  if (!isMail(activity, 2) || age > WATCH_MS) return false
  const mayBeTracked = isTracked(activity) || (Object.keys(activity.settings).length === 0 && age < SETTINGS_MS)
  return mayBeTracked && [...watch.keys()].some((kind) => confirmedAt(activity, marks[kind]) === null)
}

/** Kinds of which something happened to the e-mail since they are looked for. */
export function newMarks(activity: ActivityRow, watch: MailWatch): MailKind[] {
  return [...watch].flatMap(([kind, since]) => {
    const at = confirmedAt(activity, marks[kind])
    return at !== null && Date.parse(at) >= since - MARK_GRACE_MS ? [kind] : []
  })
}
