import type { Switches } from '../portal/switches.ts'

const CHATS = [
  'test/lib/triggers/chat-first-message.test.ts',
  'test/lib/triggers/chat-accepted.test.ts',
  'test/lib/triggers/chat-field-cases.test.ts',
  'test/lib/triggers/chat-message.test.ts',
  'test/lib/jobs/poll-chats.test.ts',
]
const CALLS = [
  'test/lib/triggers/call-inbound.test.ts',
  'test/lib/triggers/call-missed.test.ts',
  'test/lib/triggers/call-outbound.test.ts',
  'test/lib/engine/items.test.ts',
]
const MAILS = [
  'test/lib/triggers/email-viewed.test.ts',
  'test/lib/triggers/email-link-clicked.test.ts',
  'test/lib/jobs/mail-poll-schedule.test.ts',
  'test/lib/jobs/click-groups.test.ts',
]
const ITEMS = [
  'test/lib/triggers/payment-received.test.ts',
  'test/lib/triggers/field-changed.test.ts',
  'test/lib/engine/items-of-client.test.ts',
]
const MOVES = [
  'test/lib/triggers/email-incoming.test.ts',
  'test/lib/triggers/payment-received.test.ts',
  'test/lib/engine/items.test.ts',
]
const KINDS = [
  'test/lib/triggers/call-inbound.test.ts',
  'test/lib/triggers/call-missed.test.ts',
  'test/lib/triggers/call-outbound.test.ts',
  'test/lib/triggers/chat-accepted.test.ts',
  'test/lib/triggers/chat-field-cases.test.ts',
  'test/lib/triggers/chat-first-message.test.ts',
  'test/lib/triggers/email-incoming.test.ts',
  'test/lib/triggers/email-link-clicked.test.ts',
  'test/lib/triggers/email-outgoing.test.ts',
  'test/lib/triggers/email-viewed.test.ts',
  'test/lib/triggers/field-changed.test.ts',
  'test/lib/triggers/form-submitted.test.ts',
  'test/lib/triggers/payment-received.test.ts',
]
const SWEEP = 'test/lib/jobs/sweep.test.ts'

/**
 * The test files that can notice where a switch stands: at its other positions the portal does something else in what they do. The walk runs
 * these at each position (`--whole` all tests of kinds and engine), the day's sample one of them. Whoever adds a switch says here who
 * notices it; without anybody it is not needed.
 */
export const NOTICED_BY: Readonly<Record<keyof Switches, readonly string[]>> = {
  mailReadEvent: [...MAILS, SWEEP],
  readConfirmedType: MAILS,
  mailClickEvent: MAILS,
  openLineEvents: CHATS,
  openLineDataShape: CHATS.slice(2),
  openLineMessageDate: CHATS.slice(2),
  sessionEventShape: ['test/lib/triggers/chat-first-message.test.ts'],
  groupChatConnector: CHATS.slice(2),
  connectorMid: CHATS.slice(2),
  webformList: ['test/lib/triggers/form-submitted.test.ts', 'test/lib/triggers/form.test.ts'],
  sessionAnsweredStatus: ['test/lib/triggers/chat-accepted.test.ts', 'test/lib/triggers/chat-first-message.test.ts'],
  sessionHistoryAccess: CHATS,
  callActivityId: [...CALLS, SWEEP, 'test/handlers/api/rehearse.test.ts'],
  legsShareCallId: [...CALLS.slice(0, 3), SWEEP],
  anonymousEventAuthWithAuthType: ['test/lib/jobs/delegate.test.ts', 'test/handlers/events-access.test.ts'],
  appTestAuthWithAuthType: ['test/lib/jobs/delegate.test.ts', 'test/lib/engine/in-whose-name.test.ts'],
  oldRefreshTokenGrace: ['test/lib/bitrix24/refresh-access.test.ts', 'test/lib/jobs/check-access.test.ts'],
  paymentRequiredStatus: ['test/lib/bitrix24/refresh-access.test.ts', 'test/lib/bitrix24/exchange.test.ts'],
  oauthUnreachable: ['test/lib/triggers/email-incoming.test.ts', 'test/lib/triggers/call-outbound.test.ts'],
  oauthServer: ['test/lib/triggers/email-incoming.test.ts', 'test/lib/jobs/check-access.test.ts'],
  crossPipelineStage: [...MOVES, 'test/lib/engine/refusals.test.ts', 'test/lib/engine/settle.test.ts'],
  requiredFieldsOverRest: [...MOVES, 'test/lib/engine/refusals.test.ts'],
  refusalLanguage: ['test/lib/engine/refusals.test.ts', 'test/lib/engine/settle.test.ts'],
  automationMoves: [...MOVES, 'test/lib/triggers/field-changed.test.ts'],
  saysErrorAfterSaving: [...MOVES, 'test/lib/triggers/field-changed.test.ts'],
  sqlError: KINDS,
  readerZoneOffset: [...ITEMS, SWEEP, 'test/lib/jobs/mail-poll-schedule.test.ts'],
  securityFilter: ['test/lib/triggers/email-incoming.test.ts', 'test/lib/engine/items.test.ts'],
  pastEndPage: [SWEEP, 'test/lib/jobs/mail-poll-schedule.test.ts', 'test/lib/jobs/updated-chats.test.ts'],
  clientFieldOff: ['test/lib/engine/items-of-client.test.ts', 'test/lib/engine/broken-triggers.test.ts'],
  stagesOff: ['test/lib/engine/items.test.ts', 'test/lib/engine/broken-triggers.test.ts'],
  licenseFamily: ['test/lib/jobs/probe.test.ts', 'test/lib/triggers/email-incoming.test.ts'],
  eventOrder: KINDS,
  duplicateDelivery: KINDS,
  lostDelivery: KINDS,
  deadSubscriptions: ['test/lib/jobs/lifecycle.test.ts', 'test/install/check-subscriptions.test.ts'],
  appUpdateEvent: ['test/lib/jobs/lifecycle.test.ts', 'test/install/subscriptions-live.test.ts'],
  robotsDroppedOnUpdate: ['test/lib/jobs/lifecycle.test.ts', 'test/install/subscriptions-live.test.ts'],
  automationFeature: ['test/install/run-installation.test.ts', 'test/lib/jobs/probe.test.ts'],
  robotCallTokens: ['test/handlers/robots-tracked-link.test.ts'],
  frameParams2026: ['test/handlers/pages.test.ts', 'test/handlers/api/session.test.ts'],
  reloadInPlacements: ['test/browser/journey.test.ts'],
}

/** What says what happens when customers act: the kinds, the engine, and the work that finds what was lost; parts of paths. */
export const WHOLE: readonly string[] = [
  'test/lib/triggers/',
  'test/lib/engine/',
  SWEEP,
  'test/lib/jobs/poll-chats.test.ts',
  'test/lib/jobs/mail-poll-schedule.test.ts',
  'test/lib/jobs/field-baselines.test.ts',
  'test/lib/jobs/click-groups.test.ts',
]

/** The files for a position, `name=position`; those of the kinds where it is the defaults'. */
export function noticing(position: string): readonly string[] {
  const name = position.split('=')[0] as keyof Switches
  return NOTICED_BY[name] ?? KINDS
}
