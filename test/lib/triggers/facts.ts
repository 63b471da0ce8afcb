import type { ActivityFacts, CallFacts } from '../../../lib/triggers/facts.ts'

const seen = { heardAt: '2026-08-29T07:00:10.000Z', seenAt: '2026-08-29T07:00:11.000Z' }

/** An e-mail activity as `platform.md` A1 shows it. */
export function mail(change: Partial<ActivityFacts> = {}): ActivityFacts {
  return {
    shape: 'activity',
    ...seen,
    id: 9101,
    typeId: 4,
    providerId: 'CRM_EMAIL',
    providerTypeId: 'EMAIL',
    direction: 2,
    originId: '',
    associatedEntityId: '0',
    resultStatus: 0,
    completed: true,
    created: '2026-08-29T07:00:05.000Z',
    startTime: '2026-08-29T07:00:00.000Z',
    lastUpdated: '2026-08-29T07:00:07.000Z',
    settings: {
      MESSAGE_HEADERS: { 'Message-Id': '<crm.activity.9101@acme.example>' },
      EMAIL_META: { __email: 'sam@acme.example' },
      IS_BATCH_EMAIL: false,
    },
    providerParams: {},
    ...change,
  }
}

/** A missed call on the line reg77120. */
export function call(change: Partial<CallFacts> = {}): CallFacts {
  return {
    shape: 'call',
    ...seen,
    callId: '5F0A77.1788000900.881',
    type: 2,
    line: 'reg77120',
    legs: [{ failedCode: '304', startedAt: '2026-08-29T08:15:00.000Z', seconds: 0 }],
    ...change,
  }
}
