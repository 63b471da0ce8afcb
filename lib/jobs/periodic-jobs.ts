import type { Config } from '../config.ts'
import type { PeriodicJob } from '../queue/periodic.ts'
import { listPortalsToErase } from '../store/erasure.ts'
import {
  listInstalledPortals,
  listPortals,
  listPortalsAwaitingPing,
  listPortalsWithMail,
  listPortalsWithTriggers,
} from '../store/portal-lists.ts'
import { listPortalsToProbe } from '../store/probes.ts'
import { kindCodes } from '../triggers/index.ts'
import { CHECK_ACCESS } from './access/check-access.ts'
import { CHECK_PEOPLE } from './access/check-people.ts'
import { CHECK_FIELDS } from './check-fields.ts'
import { ERASE_UNINSTALLED } from './lifecycle/erase-uninstalled.ts'
import { PROBE } from './lifecycle/probe.ts'
import { POLL_CHATS } from './poll-chats.ts'
import { POLL_MAIL } from './poll-mail.ts'
import { RETENTION } from './retention.ts'
import { CHECK_NEW_SUBSCRIPTIONS, CHECK_SUBSCRIPTIONS } from './subscriptions/check-job.ts'
import { SWEEP } from './sweep/sweep.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY

function ago(now: Date, seconds: number): Date {
  return new Date(now.getTime() - seconds * 1000)
}

/** All periodic work, by kind. */
export function periodicJobs(config: Config): PeriodicJob[] {
  return [
    {
      type: CHECK_ACCESS,
      seconds: DAY,
      portals: (db, now) => listInstalledPortals(db, ago(now, DAY)),
    },
    { type: CHECK_PEOPLE, seconds: WEEK, portals: (db, now) => listInstalledPortals(db, ago(now, DAY)) },
    { type: PROBE, seconds: HOUR, portals: (db, now) => listPortalsToProbe(db, ago(now, WEEK)) },
    { type: RETENTION, seconds: HOUR, portals: listPortals },
    { type: ERASE_UNINSTALLED, seconds: Math.min(MINUTE, config.eraseDelaySeconds), portals: listPortalsToErase },
    { type: CHECK_SUBSCRIPTIONS, seconds: HOUR, portals: (db, now) => listInstalledPortals(db, ago(now, HOUR)) },
    {
      // In the first hour, until an event has come back. Events come only after `installFinish`, which takes a moment.
      type: CHECK_NEW_SUBSCRIPTIONS,
      seconds: MINUTE,
      portals: (db, now) => listPortalsAwaitingPing(db, { from: ago(now, HOUR), to: ago(now, MINUTE) }),
    },
    { type: CHECK_FIELDS, seconds: HOUR, portals: (db) => listPortalsWithTriggers(db, ['field-changed']) },
    { type: POLL_MAIL, seconds: config.mailPollSeconds, portals: listPortalsWithMail },
    {
      type: POLL_CHATS,
      seconds: config.chatPollSeconds,
      portals: (db) => listPortalsWithTriggers(db, ['chat-message']),
    },
    {
      type: SWEEP,
      seconds: config.sweepSeconds,
      portals: (db) => listPortalsWithTriggers(db, kindCodes),
      atStart: true,
    },
  ]
}
