import type { ItemRef } from './item.ts'

/** A CRM activity (platform.md 5.1, 5.2). `legacy-activity.ts` in the REST part turns it into strings. */
export interface Activity {
  id: number
  typeId: number
  providerId: string
  providerTypeId: string
  associatedEntityId: number
  subject: string
  description: string
  /** 1 plain text, 2 BB codes, 3 HTML. */
  descriptionType: 1 | 2 | 3
  created: Date
  lastUpdated: Date
  startTime: Date
  endTime: Date
  completed: boolean
  /** 1 incoming, 2 outgoing, 0 neither. */
  direction: 0 | 1 | 2
  responsibleId: number
  authorId: number
  editorId: number
  settings: Record<string, unknown>
  /** The column of the settings holds an empty text instead of nothing (platform.md 5.1). */
  blankSettings?: boolean
  providerParams: Record<string, unknown>
  originId: string | null
  resultStatus: number
  resultStream: number
  resultSourceId: string | null
  isIncomingChannel: boolean
  /** The first one is the owner. */
  bindings: ItemRef[]
  communications: Communication[]
}

export interface Communication {
  type: 'PHONE' | 'EMAIL' | 'IM'
  value: string
  entityTypeId: number
  entityId: number
}

/** What an act has to say about a new activity; the rest is neutral. */
export type NewActivity = Pick<Activity, 'typeId' | 'providerId' | 'providerTypeId' | 'subject' | 'bindings'> &
  Partial<Omit<Activity, 'id'>>

/** Fills in the neutral rest of appendix A. */
export function newActivity(id: number, given: NewActivity, now: Date): Activity {
  const created = given.created ?? now
  return {
    id,
    associatedEntityId: 0,
    description: '',
    descriptionType: 1,
    created,
    lastUpdated: created,
    startTime: created,
    endTime: created,
    completed: false,
    direction: 0,
    responsibleId: 1,
    authorId: given.responsibleId ?? 1,
    editorId: given.responsibleId ?? 1,
    settings: {},
    providerParams: {},
    originId: null,
    resultStatus: 0,
    resultStream: 0,
    resultSourceId: null,
    isIncomingChannel: false,
    communications: [],
    ...given,
  }
}
