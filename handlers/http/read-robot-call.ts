import { z } from 'zod'
import { authSchema, readTree } from './read-event.ts'

/** An automation rule of ours that came up for an item (`platform.md` 5.10). */
export type RobotCall = {
  entityTypeId: number
  itemId: number
  /** What the rule's author wrote into its field; nothing is checked yet. */
  target: string
  /** Names the waiting rule to the portal. */
  eventToken: string
  memberId: string
  applicationToken: string
  accessToken: string
}

/** How business processes name types of items; smart processes are `DYNAMIC_<entityTypeId>`. */
const types: Readonly<Record<string, number>> = { LEAD: 1, DEAL: 2, QUOTE: 7, SMART_INVOICE: 31 }

const callSchema = z.object({
  document_id: z.tuple([z.literal('crm'), z.string(), z.string()]),
  event_token: z.string().min(1).max(1000),
  properties: z.object({ target: z.string().max(10_000).catch('') }).catch({ target: '' }),
  auth: authSchema.extend({ access_token: z.string().min(1).max(2000) }),
})

/** Reads a robot's call; `null` when it is none. */
export function readRobotCall(body: string): RobotCall | null {
  const read = callSchema.safeParse(readTree(body))
  const item = read.data && itemOf(read.data.document_id[2])
  if (!read.data || !item) return null
  const { event_token, properties, auth } = read.data
  return {
    ...item,
    target: properties.target.trim(),
    eventToken: event_token,
    memberId: auth.member_id,
    applicationToken: auth.application_token,
    accessToken: auth.access_token,
  }
}

/** `DEAL_31`, `DYNAMIC_177_1771`. */
function itemOf(documentId: string): { entityTypeId: number; itemId: number } | null {
  const [, name = '', dynamic, id] =
    /^(LEAD|DEAL|QUOTE|SMART_INVOICE|DYNAMIC_(\d{1,9}))_(\d{1,9})$/.exec(documentId) ?? []
  const entityTypeId = types[name] ?? Number(dynamic)
  return entityTypeId > 0 && Number(id) > 0 ? { entityTypeId, itemId: Number(id) } : null
}
