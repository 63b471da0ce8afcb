import { z } from 'zod'
import { isConversation } from '../../../triggers/chat.ts'
import { isSubmission } from '../../../triggers/form-submitted.ts'
import { candidateKinds } from '../../match/match.ts'
import type { FactSource } from '../fact-source.ts'
import { aboutSession } from '../message/about-session.ts'
import { activityPayload, changedActivities, newActivities } from './lists.ts'

declare module '../../events/inbound-event.ts' {
  interface Subjects {
    activity: { id: number }
  }
}

const ADDED = 'ONCRMACTIVITYADD'
const CHANGED = 'ONCRMACTIVITYUPDATE'

const dataSchema = z.object({ FIELDS: z.object({ ID: z.coerce.number().int().positive() }) })

/** E-mails, forms and conversations stand in the CRM as activities. */
export const activitySource: FactSource<'activity'> = {
  type: 'activity',
  // Histories of conversations tell of messages.
  shapes: ['activity', 'message'],
  events: [{ scope: 'crm', events: [ADDED, CHANGED] }],
  parse({ event, data }) {
    if (event !== ADDED && event !== CHANGED) return null
    const read = dataSchema.safeParse(data)
    return read.success ? { type: 'activity', id: read.data.FIELDS.ID } : 'malformed'
  },
  plan: (subjects) => ({ activities: [...new Set(subjects.map(({ id }) => id))] }),
  about: ({ id }) => [`activity ${id}`],
  needs({ id }, snapshot) {
    const activity = snapshot.activities.get(id)
    if (!activity) return []
    const conversation = isConversation(activity) ? aboutSession(activity.associatedEntityId) : []
    return [
      { about: [`body ${activity.id}`], kinds: ['email-link-clicked', 'email-incoming'] },
      { about: isSubmission(activity) ? ['forms'] : [], kinds: ['form-submitted'] },
      { about: conversation, kinds: ['chat-first-message', 'chat-accepted', 'chat-accept-time', 'chat-message'] },
    ]
  },
  toFacts({ id }, { row }, { snapshot, now }) {
    const activity = snapshot.activities.get(id)
    if (!activity) return { state: 'gone', reason: 'activity-gone' }
    const seen = { heardAt: row.created_at, seenAt: now.toISOString() }
    const recipients = activity.recipients ? { recipients: [...activity.recipients] } : {}
    const origin = { activityId: activity.id, refs: [], ...recipients }
    return { state: 'found', facts: { shape: 'activity', ...activity, ...seen }, origin }
  },
  lists: (triggers) =>
    candidateKinds(activityPayload('UPDATE', 1), triggers).length > 0 ? [newActivities, changedActivities] : [],
}
