import type { Config } from '../config.ts'
import { listPortalsWithMail } from '../store/list-portals-with-mail.ts'
import type { Periodic } from './periodic.ts'
import { POLL_MAIL } from './poll-mail.ts'

/** All periodic work, by kind. */
export function periodicWork(config: Config): Periodic[] {
  return [{ kind: POLL_MAIL, seconds: config.mailPollSeconds, portals: listPortalsWithMail }]
}
