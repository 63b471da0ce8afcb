import { mailFacts } from '../../../lib/engine/sources/activity/mail-facts.ts'
import type { ActivityFacts, CallFacts, MailFacts, MessageFacts } from '../../../lib/triggers/facts.ts'

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
    settings: sentSettings,
    providerParams: {},
    ...change,
    ...(change.typeId === undefined || change.typeId === 4 ? { mail: change.mail ?? letter(change) } : {}),
  }
}

/** What the e-mail tells of itself, by the settings given. */
function letter({ settings }: Partial<ActivityFacts>): MailFacts {
  return mailFacts('Offer 2026-17', settings ?? sentSettings)
}

const sentSettings = {
  MESSAGE_HEADERS: { 'Message-Id': '<crm.activity.9101@acme.example>' },
  EMAIL_META: { __email: 'sam@acme.example', from: 'Sam <sam@acme.example>', to: 'kim@client.example' },
  IS_BATCH_EMAIL: false,
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

/** A conversation that a customer began in channel 5, unanswered and never seen before (`platform.md` A5). */
export function chat(change: Partial<ActivityFacts> = {}): ActivityFacts {
  return mail({
    id: 9104,
    typeId: 6,
    providerId: 'IMOPENLINES_SESSION',
    providerTypeId: '5',
    direction: 1,
    originId: 'IMOL_3301',
    associatedEntityId: '3301',
    resultStatus: 1,
    completed: false,
    created: '2026-08-29T09:00:00.000Z',
    startTime: '2026-08-29T09:00:00.000Z',
    lastUpdated: '2026-08-29T09:00:00.000Z',
    settings: {},
    providerParams: { USER_CODE: 'telegrambot|5|70012|602' },
    conversation: { lastStatus: null, acceptedAt: null, unansweredAt: null, begunBy: null },
    ...change,
  })
}

/** A customer's message in that conversation. */
export function message(change: Partial<MessageFacts> = {}): MessageFacts {
  return {
    shape: 'message',
    ...seen,
    userCode: 'telegrambot|5|70012|602',
    sessionId: '3301',
    messageId: '45011',
    externalId: null,
    channelId: '5',
    at: '2026-08-29T09:00:30.000Z',
    author: 'customer',
    contains: ['price'],
    isVerified: true,
    ...change,
  }
}

/** A submission of the callback form 14 (`platform.md` A4). */
export function submission(change: Partial<ActivityFacts> = {}): ActivityFacts {
  return mail({
    id: 9103,
    typeId: 6,
    providerId: 'CRM_WEBFORM',
    providerTypeId: '14',
    direction: 1,
    associatedEntityId: '230',
    settings: {},
    form: { callback: true },
    ...change,
  })
}
