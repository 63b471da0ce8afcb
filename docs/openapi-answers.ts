import { z } from 'zod'
import { errorStatus } from '../handlers/http/api-error.ts'
import { entrySchema } from '../lib/api/journal-entry.ts'
import { settingsSchema } from '../lib/api/settings.ts'
import { triggerSchema, triggerSettings } from '../lib/api/trigger.ts'

/** Answers of the API that have no schema of their own in `lib/api`, as the reference shows them; a test holds what routes answer against them. */

const time = z.iso.datetime()
const id = z.int()
const next = z.string().nullable()
const facts = z.record(z.string(), z.unknown())
const names = z.record(z.string(), z.string())

export const errorAnswer = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(errorStatus) as [keyof typeof errorStatus]),
    message: z.string(),
    fields: names.optional(),
  }),
})

export const sessionAnswer = z.strictObject({
  token: z.string(),
  expiresAt: time,
  user: z.strictObject({ id, name: z.string(), admin: z.boolean(), timeZone: z.string().optional() }),
  portal: z.strictObject({ memberId: z.string(), domain: z.string(), installed: z.boolean() }),
})

export const meAnswer = z.strictObject({ id, role: z.enum(['administrator', 'manager', 'employee']) })

const steps = z.array(
  z.strictObject({ id: z.string(), status: z.enum(['done', 'skipped', 'failed', 'waiting']), detail: z.string() }),
)

export const installedAnswer = z.strictObject({ steps, ready: z.boolean() })

export const installAnswer = z.strictObject({
  steps,
  ready: z.boolean(),
  delegate: z.boolean().nullable(),
  scope: z.array(z.string()),
})

export const pausedAnswer = z.strictObject({
  paused: z.strictObject({ since: time, userId: id.nullable(), name: z.string().nullable() }).nullable(),
})

export const entriesAnswer = z.strictObject({ entries: z.array(entrySchema), next })

export const rehearsalAnswer = entriesAnswer.pick({ entries: true })

export const countAnswer = z.strictObject({ count: id, left: id, isAll: z.boolean() })

export const copyAnswer = z.strictObject({ trigger: triggerSchema, dropped: z.array(z.string()) })

export const versionsAnswer = z.strictObject({
  versions: z.array(
    z.strictObject({
      version: id,
      changedAt: time,
      changedBy: id,
      trigger: z.strictObject(triggerSettings).nullable(),
    }),
  ),
})

export const namesAnswer = z.strictObject({
  users: names,
  triggers: names,
  lines: names,
  forms: names,
  channels: names,
  fields: names,
  values: names,
  items: z.record(z.string(), z.looseObject({ title: z.string() })),
  activities: z.record(z.string(), facts),
})

export const exportAnswer = z.strictObject({
  version: id,
  exportedAt: time,
  triggers: z.array(z.strictObject(triggerSettings)),
})

export const dataAnswer = z.looseObject({
  version: id,
  exportedAt: time,
  domain: z.string(),
  settings: settingsSchema,
  triggers: z.array(z.unknown()),
  journal: z.array(entrySchema),
  audit: z.array(z.unknown()),
  rows: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
})

const unmapped = z.array(z.strictObject({ name: z.string(), field: z.string(), value: z.unknown() }))

export const importAnswer = z.union([
  z.strictObject({ created: z.array(triggerSchema), unmapped }),
  z.strictObject({
    triggers: z.array(
      z.strictObject({
        ...triggerSchema.pick({ name: true, kind: true, entityTypeId: true, categoryId: true, stageId: true }).shape,
        fits: z.boolean(),
        exists: z.boolean(),
      }),
    ),
    unmapped,
  }),
])

export const linkAnswer = z.strictObject({ url: z.url() })

export const erasedAnswer = z.strictObject({ happenings: id.optional() })

export const auditAnswer = z.strictObject({
  entries: z.array(
    z.strictObject({ id: z.string(), at: time, userId: id.nullable(), action: z.string(), detail: facts }),
  ),
  next,
})

export const workAnswer = z.strictObject({
  entries: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      subject: z.string(),
      state: z.string(),
      reason: z.string().nullable(),
      attempts: id,
      createdAt: time,
      updatedAt: time,
    }),
  ),
  next,
})

export const requeuedAnswer = z.strictObject({ id: z.string(), state: z.literal('due') })

export const peopleAnswer = z.strictObject({ people: id, given: id, invitation: z.unknown() })
