import { z } from 'zod'
import { typeOfSymbol } from '../../lib/domain/entity-types.ts'
import { pairsOf } from './posted-pairs.ts'
import { authOf, authSchema, isAuth } from './read-event.ts'

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
  /** Of the rule's user; null: the call brings none, as when that user is gone (`platform.md` 5.10). */
  accessToken: string | null
}

/** Portals make them of about a hundred letters; they are kept until the rule is told. */
const LONGEST_TOKEN = 500

const callSchema = z.object({
  event_token: z.string().min(1).max(LONGEST_TOKEN),
  document: z.literal('crm'),
  /** What the rule's author wrote into its field; nothing is checked yet. */
  target: z.string().trim().max(10_000).catch(''),
  auth: authSchema,
})

const names = new Set(['event_token', 'properties[target]', 'document_id[0]', 'document_id[2]'])

/** Reads a robot's call; `null` when it is none. */
export function readRobotCall(body: string): RobotCall | null {
  const pairs = pairsOf(body, (name) => names.has(name) || isAuth(name))
  const item = itemOf(pairs.get('document_id[2]') ?? '')
  const { data } = callSchema.safeParse({
    event_token: pairs.get('event_token'),
    document: pairs.get('document_id[0]'),
    target: pairs.get('properties[target]'),
    auth: authOf(pairs),
  })
  if (!data || !item) return null
  const { event_token: eventToken, target, auth } = data
  const { member_id: memberId, application_token: applicationToken } = auth
  const accessToken = auth.access_token && auth.access_token.length <= LONGEST_TOKEN ? auth.access_token : null
  return { ...item, target, eventToken, memberId, applicationToken, accessToken }
}

/** `DEAL_31`, `DYNAMIC_177_1771`. */
function itemOf(documentId: string): { entityTypeId: number; itemId: number } | null {
  const [, symbol = '', id] = /^(\w{1,30})_(\d{1,9})$/.exec(documentId) ?? []
  const entityTypeId = typeOfSymbol(symbol)
  return entityTypeId !== null && entityTypeId > 0 && Number(id) > 0 ? { entityTypeId, itemId: Number(id) } : null
}
