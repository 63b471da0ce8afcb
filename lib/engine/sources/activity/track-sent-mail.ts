import type { ReadyTrigger } from '../../../domain/trigger.ts'
import type { Db } from '../../../store/database.ts'
import { forgetMail, insertSentMail } from '../../../store/sent-mail.ts'
import { isMail, sentAt } from '../../../triggers/mail.ts'
import type { JobContext } from '../../context.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { mailWatch, mayStillChange } from './sent-mail-watch.ts'

/** Remembers the e-mails of a snapshot whose view or click may still come, and forgets those of which nothing more is expected. */
export async function trackSentMail(
  tx: Db,
  context: JobContext,
  { activities }: PortalSnapshot,
  triggers: readonly ReadyTrigger[],
): Promise<void> {
  const watch = mailWatch(triggers)
  if (watch.size === 0) return
  const { memberId } = context.portal
  const mails = [...activities.values()].flatMap((activity) => (activity && isMail(activity, 2) ? [activity] : []))
  const watched = mails.filter((mail) => mayStillChange(mail, watch, context.clock()))
  const gone = [...activities].flatMap(([id, activity]) => (activity === null ? [id] : []))
  await insertSentMail(
    tx,
    memberId,
    watched.map((mail) => ({ activityId: mail.id, sentAt: sentAt(mail) })),
  )
  await forgetMail(tx, memberId, [...gone, ...mails.filter((mail) => !watched.includes(mail)).map(({ id }) => id)])
}
