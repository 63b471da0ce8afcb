/**
 * The points where the sources leave a doubt, and where older portals, the documentation or trouble differ from the source
 * (both tables of platform.md 11): every switch with its positions, the default first. A portal's switches can be turned while
 * it runs; `npm run test:positions` walks them all. Shares (per cent), seconds and hours may take any other number, too.
 */
export const SWITCHES = {
  /** Does the first view of an e-mail raise ONCRMACTIVITYUPDATE? */
  mailReadEvent: ['none', 'activityUpdate'],
  readConfirmedType: ['int', 'string'],
  mailClickEvent: ['activityUpdate', 'none'],
  /** Whose messages raise ONOPENLINEMESSAGEADD. */
  openLineEvents: ['all', 'operatorOnly', 'none'],
  openLineDataShape: ['object', 'array'],
  /** The time of writing in ONOPENLINEMESSAGEADD (platform.md 4.4). */
  openLineMessageDate: ['missing', 'empty', 'Unix seconds'],
  /** ONSESSIONSTART and ONSESSIONFINISH: as the source sends them, or as the documentation shows them. */
  sessionEventShape: ['map without session id', 'list'],
  /** Do connectors keep one chat for a group, under `…|0` (platform.md 5.4)? */
  groupChatConnector: ['no', 'yes'],
  /** Does a message in the history tell what the messenger calls it (platform.md 5.4)? */
  connectorMid: ['in histories', 'absent'],
  webformList: ['available', 'ERROR_METHOD_NOT_FOUND'],
  /** RESULT_STATUS of an accepted conversation: 2, or a number the app does not know. */
  sessionAnsweredStatus: ['2 from 1', 'other'],
  sessionHistoryAccess: ['allowed for admin', 'ACCESS_DENIED'],
  /** CRM_ACTIVITY_ID of ONVOXIMPLANTCALLEND and of the statistics. */
  callActivityId: ['present', 'empty', '0', 'missing'],
  /** Do all legs of a redirected call share one CALL_ID, with a statistics row for each? */
  legsShareCallId: ['no', 'yes'],
  /** Does a handler with `auth_type` X get X's token when nobody caused the event? */
  anonymousEventAuthWithAuthType: ['token of X', 'none'],
  /** Does ONAPPTEST with `auth_type` X bring X's token (platform.md 2.5 D)? */
  appTestAuthWithAuthType: ['token of X', 'none'],
  /** Seconds that a used refresh token still works. */
  oldRefreshTokenGrace: [0, 60],
  /** HTTP status of PAYMENT_REQUIRED at the OAuth server (platform.md 2.3). */
  paymentRequiredStatus: [402, 403],
  /** Seconds in which a token that was not asked about within the last hour is refused with CONNECTION_ERROR. */
  oauthUnreachable: [0, 3],
  /** Which OAuth server the portal belongs to (platform.md 2.1). */
  oauthServer: ['oauth.bitrix.info', 'the other'],
  /** What becomes of a stage that is none of the item's pipeline in `crm.item.update` (platform.md 5.6). */
  crossPipelineStage: ['put back', 'CRM_FIELD_ERROR_VALUE_NOT_VALID'],
  /** Does `crm.item.update` refuse to move where a required field is empty (platform.md 5.6)? */
  requiredFieldsOverRest: ['off', 'on'],
  /** The language of refusals: the portal's, or a certain one. */
  refusalLanguage: ["the portal's", 'en', 'de', 'ru'],
  /** Does an automation rule of the target stage move the item on, or back, during the update (platform.md 5.6)? */
  automationMoves: ['no rule', 'on', 'back'],
  /** The code with which an update is refused after it was saved (platform.md 5.6). */
  saysErrorAfterSaving: ['never', '0', '400', 'ERROR_CORE'],
  /** Per cent of the commands that meet a fault of the portal's database (platform.md 7). */
  sqlError: [0, 10],
  /** Hours that users' clocks are ahead of the server's: shifts time filters of `crm.item.list` (platform.md 5.6). */
  readerZoneOffset: [0, -8, 8],
  /** Do the parameters of a batch's commands pass the filter of a security module (platform.md 5.14)? */
  securityFilter: ['off', 'on'],
  /** What legacy lists answer past their end (platform.md 5.13). */
  pastEndPage: ['first', 'empty'],
  /** Are smart processes without clients, and how do they show it in REST (platform.md 5.6)? Acts switch off single ones. */
  clientFieldOff: ['no', 'as the source', 'as documented'],
  /** Are the stages of smart processes switched off, and how do they show it in REST (platform.md 5.6)? Acts switch off single ones. */
  stagesOff: ['no', 'as the source', 'as documented'],
  licenseFamily: ['std', 'ent'],
  eventOrder: ['shuffled within 1 s', 'strict'],
  /** Per cent of the deliveries that are sent twice. */
  duplicateDelivery: [0, 30],
  /** Per cent of the deliveries that never arrive. */
  lostDelivery: [0, 30],
  /** Is an event forgotten that happens while no installed app listens to it (platform.md 3.1)? */
  deadSubscriptions: ['as the source', 'never'],
  /** Does a new version raise ONAPPUPDATE (platform.md 1.2)? */
  appUpdateEvent: ['sent', 'none'],
  /** Does a new version delete the app's automation rules (platform.md 5.10)? */
  robotsDroppedOnUpdate: ['yes', 'no'],
  /** Are there automation rules at all (platform.md 5.10)? */
  automationFeature: ['present', 'missing'],
  /** What tokens the call of an automation rule brings (platform.md 5.10). */
  robotCallTokens: ['present', 'none', 'refused'],
  /** Are SERVER_ENDPOINT, APPLICATION_TOKEN and APPLICATION_SCOPE among the frame parameters (platform.md 1.3)? */
  frameParams2026: ['yes', 'no'],
  /** Does `reloadWindow` work in a placement (platform.md 1.4)? */
  reloadInPlacements: ['works', 'swallowed'],
} as const

type Position<P> = P extends number ? number : P

/** Where a portal's switches stand. */
export type Switches = { -readonly [Name in keyof typeof SWITCHES]: Position<(typeof SWITCHES)[Name][number]> }

export const SWITCH_NAMES = Object.keys(SWITCHES) as (keyof Switches)[]

/** Every switch in its first position. */
export const DEFAULT_SWITCHES = Object.fromEntries(
  Object.entries(SWITCHES).map(([name, [first]]) => [name, first]),
) as Switches

/**
 * Reads `name=position`, several parted by `;`, as the variable `PORTAL_SWITCHES` holds them for a whole run of tests.
 * A name or a position that does not exist is refused.
 */
export function readSwitches(text: string): Partial<Switches> {
  const written = text.split(';').filter((part) => part.trim() !== '')
  return Object.fromEntries(written.map(readSwitch))
}

function readSwitch(written: string): [string, string | number] {
  const mark = written.indexOf('=')
  const name = SWITCH_NAMES.find((known) => known === written.slice(0, mark).trim())
  const wanted = written.slice(mark + 1).trim()
  if (!name) throw new Error(`There is no switch ${JSON.stringify(written)}. Switches: ${SWITCH_NAMES.join(', ')}`)
  const positions: readonly (string | number)[] = SWITCHES[name]
  const position = positions.find((known) => String(known) === wanted)
  if (position !== undefined) return [name, position]
  if (typeof positions[0] === 'number' && /^-?\d+$/.test(wanted)) return [name, Number(wanted)]
  throw new Error(`The switch ${name} has no position ${JSON.stringify(wanted)}. Positions: ${positions.join(', ')}`)
}
