import { z } from 'zod'
import { codeText } from '../../../domain/portal-texts.ts'
import { utc } from '../../../domain/time.ts'
import type { ActivityFacts } from '../../../triggers/facts.ts'
import { EMAIL } from '../../../triggers/mail.ts'
import { mailFacts } from './mail-facts.ts'

/** What is asked of an activity: no text. Subject and addresses of e-mails serve to tell who wrote them, and go no further. */
export const activitySelect = [
  'ID',
  'TYPE_ID',
  'PROVIDER_ID',
  'PROVIDER_TYPE_ID',
  'DIRECTION',
  'ORIGIN_ID',
  'ASSOCIATED_ENTITY_ID',
  'RESULT_STATUS',
  'COMPLETED',
  'CREATED',
  'START_TIME',
  'LAST_UPDATED',
  'SETTINGS',
  'PROVIDER_PARAMS',
  'SUBJECT',
]

/** Whom an e-mail went to, which the portal looks up only where it is asked for (`platform.md` 5.1). */
export const recipientSelect = 'COMMUNICATIONS'

const text = z.union([z.string(), z.number()]).transform(String).catch('')
const number = z.coerce.number().int().catch(0)
/** PHP's empty map is `[]`; null and '' occur too (`platform.md` 5.1). */
const map = z.record(z.string(), z.unknown()).catch({})
const time = z.string().refine((value) => !Number.isNaN(Date.parse(value)))

const activitySchema = z.object({
  ID: z.coerce.number().int().positive(),
  TYPE_ID: number,
  PROVIDER_ID: codeText,
  PROVIDER_TYPE_ID: codeText,
  DIRECTION: number,
  ORIGIN_ID: codeText,
  ASSOCIATED_ENTITY_ID: codeText,
  RESULT_STATUS: number,
  COMPLETED: codeText,
  CREATED: time,
  START_TIME: time.nullish().catch(null),
  LAST_UPDATED: time.nullish().catch(null),
  SETTINGS: map,
  PROVIDER_PARAMS: map,
  SUBJECT: text,
  // Each of them is kept with what happened.
  COMMUNICATIONS: z.array(z.unknown()).max(1000).catch([]),
})

const communicationSchema = z.object({ TYPE: codeText, ENTITY_ID: number, ENTITY_TYPE_ID: number })

/** An activity without the moments of hearing and reading, which differ per event. */
export type ActivityRow = Omit<ActivityFacts, 'shape' | 'heardAt' | 'seenAt'>

/** Reads a row of `crm.activity.list`; null when it has no id or no time of creation. */
export function parseActivity(row: unknown): ActivityRow | null {
  const parsed = activitySchema.safeParse(row)
  if (!parsed.success) return null
  const activity = parsed.data
  const created = utc(activity.CREATED)
  return {
    id: activity.ID,
    typeId: activity.TYPE_ID,
    providerId: activity.PROVIDER_ID,
    providerTypeId: activity.PROVIDER_TYPE_ID,
    direction: activity.DIRECTION,
    originId: activity.ORIGIN_ID,
    associatedEntityId: activity.ASSOCIATED_ENTITY_ID,
    resultStatus: activity.RESULT_STATUS,
    completed: activity.COMPLETED === 'Y',
    created,
    startTime: activity.START_TIME ? utc(activity.START_TIME) : created,
    lastUpdated: activity.LAST_UPDATED ? utc(activity.LAST_UPDATED) : created,
    settings: activity.SETTINGS,
    providerParams: activity.PROVIDER_PARAMS,
    ...(activity.TYPE_ID === EMAIL ? { mail: mailFacts(activity.SUBJECT, activity.SETTINGS) } : {}),
    ...recipientsOf(activity.COMMUNICATIONS),
  }
}

/** An address that the portal does not know may be anybody's: then nobody knows whom the e-mail went to. */
function recipientsOf(communications: readonly unknown[]): Pick<ActivityRow, 'recipients'> {
  const rows = communications.flatMap((row) => communicationSchema.safeParse(row).data ?? [])
  const addresses = rows.filter(({ TYPE }) => TYPE === 'EMAIL')
  if (addresses.length === 0 || addresses.some((row) => row.ENTITY_ID <= 0 || row.ENTITY_TYPE_ID <= 0)) return {}
  return { recipients: addresses.map((row) => ({ entityTypeId: row.ENTITY_TYPE_ID, id: row.ENTITY_ID })) }
}

/** The portal writes its own zone's offset. */
