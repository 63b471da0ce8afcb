import type { Config } from '../config.ts'
import { listInstalledPortals } from '../store/list-installed-portals.ts'
import { listPortalsWithMail } from '../store/list-portals-with-mail.ts'
import { listPortalsWithTriggers } from '../store/list-portals-with-triggers.ts'
import { kindCodes } from '../triggers/index.ts'
import { CHECK_ACCESS } from './check-access.ts'
import type { Periodic } from './periodic.ts'
import { POLL_CHATS } from './poll-chats.ts'
import { POLL_MAIL } from './poll-mail.ts'
import { SWEEP } from './sweep.ts'

const DAY = 24 * 3600

/** All periodic work, by kind. */
export function periodicWork(config: Config): Periodic[] {
  return [
    {
      kind: CHECK_ACCESS,
      seconds: DAY,
      portals: (db, now) => listInstalledPortals(db, new Date(now.getTime() - DAY * 1000)),
    },
    { kind: POLL_MAIL, seconds: config.mailPollSeconds, portals: listPortalsWithMail },
    {
      kind: POLL_CHATS,
      seconds: config.chatPollSeconds,
      portals: (db) => listPortalsWithTriggers(db, ['chat-message']),
    },
    {
      kind: SWEEP,
      seconds: config.sweepSeconds,
      portals: (db) => listPortalsWithTriggers(db, kindCodes),
      atStart: true,
    },
  ]
}
