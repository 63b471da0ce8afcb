import type { Config } from '../config.ts'
import { listPortalsWithMail } from '../store/list-portals-with-mail.ts'
import { listPortalsWithTriggers } from '../store/list-portals-with-triggers.ts'
import { kindCodes } from '../triggers/index.ts'
import type { Periodic } from './periodic.ts'
import { POLL_MAIL } from './poll-mail.ts'
import { SWEEP } from './sweep.ts'

/** All periodic work, by kind. */
export function periodicWork(config: Config): Periodic[] {
  return [
    { kind: POLL_MAIL, seconds: config.mailPollSeconds, portals: listPortalsWithMail },
    {
      kind: SWEEP,
      seconds: config.sweepSeconds,
      portals: (db) => listPortalsWithTriggers(db, kindCodes),
      atStart: true,
    },
  ]
}
