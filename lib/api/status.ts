import { z } from 'zod'
import { probeIds } from '../domain/probe.ts'

const time = z.iso.datetime()
const count = z.int().min(0)
const url = z.string().nullable()
const person = z.strictObject({ userId: z.int(), name: z.string() })

/** Whose access Stagecue has: his own, one that the portal lends for an hour, none, one that was refused. */
const accessState = z.enum(['own', 'delegated', 'none', 'dead'])

const subscriptions = z.strictObject({
  bound: z.array(z.string()),
  missing: z.array(z.string()),
  /** The code of why the portal could not be asked. */
  unread: z.string().nullable(),
  /** The portal's codes for what could not be bound at the last check. */
  refused: z.array(z.string()),
  /** The last event that was raised on purpose, and when it came back. */
  test: z.strictObject({ askedAt: z.string(), cameBackAt: z.string().nullable() }).nullable(),
  /** When which event came last, to the minute, the latest first. */
  heard: z.array(z.strictObject({ event: z.string(), at: z.string() })),
  /** The version that the portal told of; its installer may not be finished. */
  app: z.strictObject({ version: z.number(), installed: z.boolean() }).nullable(),
  /** When all was last bound anew, and why. */
  renewed: z
    .strictObject({ at: z.string(), version: z.number(), why: z.enum(['installed', 'version', 'missed']) })
    .nullable(),
  /** When happenings were last found that no event told of, and how many. */
  missed: z.strictObject({ at: z.string(), found: z.number() }).nullable(),
})

const access = z.strictObject({
  installer: person.extend({ state: accessState, administrator: z.boolean() }).nullable(),
  reader: person.nullable(),
  /** What to do about the two. */
  advice: z.string().nullable(),
  delegate: z.boolean(),
  people: z.array(
    person.extend({
      state: accessState,
      /** Enabled triggers that name this person. */
      triggers: count,
      lastMetAt: z.string().nullable(),
      /** Until when a delegated access serves. */
      until: z.string().nullable(),
      advice: z.string().nullable(),
    }),
  ),
  invitation: z.strictObject({ url: z.string(), text: z.string() }),
})

/** What all processes together have asked of the portal, and what waits in this one. */
const budget = z.strictObject({
  used: z.number(),
  burst: z.number(),
  /** Background work and what pages ask for. */
  waiting: z.strictObject({ work: count, page: count }),
  perSecond: z.number(),
  blockedUntil: z.string().nullable(),
  /** Methods that the portal holds back, and until when. */
  paused: z.record(z.string(), z.string()),
})

const attention = z.strictObject({ reason: z.string(), detail: z.string(), since: z.string() })

/** How Stagecue stands in a portal (`GET /api/status`). */
export const statusSchema = z.strictObject({
  version: z.string(),
  /** What each of the last seven days (UTC) brought, and when an item was moved last. */
  activity: z.strictObject({
    days: z.array(z.strictObject({ day: z.string(), moved: count, failed: count, skipped: count })),
    lastMove: z.string().nullable(),
  }),
  subscriptions,
  access,
  /** `overdueSince`: since when work waits that could have been done; `oldestSeconds`: how long that is by now, 0 where nothing does. */
  work: z.strictObject({
    due: count,
    parked: count,
    overdueSince: time.nullable(),
    oldestSeconds: count,
    kinds: z.array(z.strictObject({ kind: z.string(), state: z.string(), count })),
  }),
  budget,
  /** When lost happenings were looked for last, how many were found, and which lists the portal does not show. */
  sweep: z.strictObject({ at: z.string(), found: count, refused: z.record(z.string(), z.string()) }).nullable(),
  kinds: z.array(
    z.strictObject({
      kind: z.string(),
      title: z.string(),
      available: z.union([z.literal(true), z.strictObject({ missing: z.string(), advice: z.string() })]),
      /** How it is served where the portal lacks something. */
      fallback: z.string().optional(),
    }),
  ),
  /** Of a trigger, or (`triggerId` null) of the portal as a whole. */
  attention: z.array(
    z.union([
      attention.extend({ triggerId: z.string(), name: z.string() }),
      attention.extend({ triggerId: z.null(), name: z.null() }),
    ]),
  ),
  /** What was found out of the portal: the answer in a word and in a sentence. `detail`: a code, number or ids. */
  probe: z.array(
    z.strictObject({
      id: z.enum(probeIds),
      answer: z.string(),
      detail: z.string().nullable(),
      at: z.string(),
      title: z.string(),
      text: z.string(),
    }),
  ),
  /** Answers of the portal that do not look as Stagecue knows them: keys and types. */
  drift: z.array(z.strictObject({ method: z.string(), shape: z.string(), count, lastAt: z.string() })),
  /** Addresses; null: the operator has none. */
  links: z.strictObject({ documents: url, support: url, privacy: url }),
})

export type Status = z.output<typeof statusSchema>
