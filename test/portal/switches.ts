/** The points where the sources leave a doubt (platform.md 11): each can be turned while the portal runs. */
export interface Switches {
  /** Does the first view of an e-mail raise ONCRMACTIVITYUPDATE? */
  mailReadEvent: 'none' | 'activityUpdate'
  readConfirmedType: 'int' | 'string'
  mailClickEvent: 'activityUpdate' | 'none'
  /** Whose messages raise ONOPENLINEMESSAGEADD. */
  openLineEvents: 'all' | 'operatorOnly' | 'none'
  openLineDataShape: 'object' | 'array'
  webformList: 'available' | 'ERROR_METHOD_NOT_FOUND'
  /** RESULT_STATUS of an accepted conversation: 2, or a number the app does not know. */
  sessionAnsweredStatus: '2 from 1' | 'other'
  sessionHistoryAccess: 'allowed for admin' | 'ACCESS_DENIED'
  /** CRM_ACTIVITY_ID of ONVOXIMPLANTCALLEND and of the statistics. */
  callActivityId: 'present' | 'empty'
  /** Does a handler with `auth_type` X get X's token when nobody caused the event? */
  anonymousEventAuthWithAuthType: 'token of X' | 'none'
  /** Does ONAPPTEST with `auth_type` X bring X's token (platform.md 2.5 D)? */
  appTestAuthWithAuthType: 'token of X' | 'none'
  /** Seconds that a used refresh token still works. */
  oldRefreshTokenGrace: number
  /** HTTP status of PAYMENT_REQUIRED at the OAuth server (platform.md 2.3). */
  paymentRequiredStatus: 402 | 403
  crossPipelineStage: 'CRM_FIELD_ERROR_VALUE_NOT_VALID' | 'ignored'
  /** Where a smart-process item goes that is updated without `categoryId` (platform.md 5.6). */
  omittedCategory: 'kept' | 'main pipeline'
  eventOrder: 'shuffled within 1 s' | 'strict'
  /** Per cent of the deliveries that are sent twice. */
  duplicateDelivery: number
  /** Per cent of the deliveries that never arrive. */
  lostDelivery: number
  /** Are SERVER_ENDPOINT, APPLICATION_TOKEN and APPLICATION_SCOPE among the frame parameters? */
  frameParams2026: boolean
  /** What a `$result[…]` that leads nowhere becomes in a batch. */
  unresolvedReference: 'empty' | 'literal'
}

export const DEFAULT_SWITCHES: Switches = {
  mailReadEvent: 'none',
  readConfirmedType: 'int',
  mailClickEvent: 'activityUpdate',
  openLineEvents: 'all',
  openLineDataShape: 'object',
  webformList: 'available',
  sessionAnsweredStatus: '2 from 1',
  sessionHistoryAccess: 'allowed for admin',
  callActivityId: 'present',
  anonymousEventAuthWithAuthType: 'token of X',
  appTestAuthWithAuthType: 'token of X',
  oldRefreshTokenGrace: 0,
  paymentRequiredStatus: 402,
  crossPipelineStage: 'CRM_FIELD_ERROR_VALUE_NOT_VALID',
  omittedCategory: 'kept',
  eventOrder: 'shuffled within 1 s',
  duplicateDelivery: 0,
  lostDelivery: 0,
  frameParams2026: true,
  unresolvedReference: 'empty',
}
