import type { Round } from '../../../queue/job.ts'
import type { Db } from '../../../store/database.ts'
import { forgetMail, rememberMail } from '../../../store/sent-mail.ts'
import { isMail, sentAt } from '../../../triggers/mail.ts'
import type { ReadyTrigger } from '../../../triggers/trigger.ts'
import type { Reading } from '../../snapshot/snapshot.ts'
import { isAwaited, mailWatch } from './sent-mail-watch.ts'

/** Remembers the e-mails of a reading whose view or click may still come, and forgets those of which nothing more is expected. */
export async function keepMail(
  tx: Db,
  round: Round,
  { activities }: Reading,
  triggers: readonly ReadyTrigger[],
): Promise<void> {
  const watch = mailWatch(triggers)
  if (watch.size === 0) return
  const { memberId } = round.portal
  const mails = [...activities.values()].flatMap((activity) => (activity && isMail(activity, 2) ? [activity] : []))
  const awaited = mails.filter((mail) => isAwaited(mail, watch, round.clock()))
  const gone = [...activities].flatMap(([id, activity]) => (activity === null ? [id] : []))
  await rememberMail(
    tx,
    memberId,
    awaited.map((mail) => ({ activityId: mail.id, sentAt: sentAt(mail) })),
  )
  await forgetMail(tx, memberId, [...gone, ...mails.filter((mail) => !awaited.includes(mail)).map(({ id }) => id)])
}
