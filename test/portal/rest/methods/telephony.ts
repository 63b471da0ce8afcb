import type { CallRow } from '../../world/channel.ts'
import { COMPANY, CONTACT } from '../../world/entity-types.ts'
import { RestError } from '../error.ts'
import { callerClock } from '../filter/caller-clock.ts'
import type { Columns } from '../filter/column-tests.ts'
import { type Row, readFilter } from '../filter/read-filter.ts'
import { withIsoDates } from '../item-row.ts'
import { legacyPage, sortRows } from '../list.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { legacyParam } from '../params.ts'
import { asMap, phpMap } from '../php.ts'

/** Lines and statistics of calls (platform.md 5.3); each needs a right of its own. */
export const telephony: Methods = {
  'voximplant.line.get': { scopes: ['telephony'], run: lines },
  'voximplant.statistic.get': { scopes: ['telephony'], run: statistics },
  'telephony.externalline.get': { scopes: ['telephony'], run: () => ({ result: [] }) },
}

function lines({ portal, user }: Call): Outcome {
  if (!user.rights.manageNumbers) throw denied()
  return { result: phpMap(Object.fromEntries(portal.world.lines.map(({ id, name }) => [id, escapeHtml(name)]))) }
}

/** Names come as they stand in a page: `Smith &amp; Co`. */
function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#039;' }
  return text.replace(/[&<>"']/g, (mark) => entities[mark] ?? mark)
}

function statistics({ portal, user, params }: Call): Outcome {
  if (!user.rights.telephonyStatistics) throw denied()
  const filter = asMap(legacyParam(params, 'FILTER'))
  const { minutes: clockMinutes } = callerClock(portal)
  const passes = readFilter(filter, { columns: COLUMNS, layer: 'legacy', clockMinutes })
  const rows = portal.world.calls.map((call) => statisticsRow(call, portal.world.telephonyApps)).filter(passes)
  const sort = String(legacyParam(params, 'SORT') ?? 'ID')
  const sorted = sortRows(rows, { [sort]: legacyParam(params, 'ORDER') ?? 'ASC' }, {})
  const { rows: found, ...counts } = legacyPage(sorted, params.start, portal.switches.pastEndPage)
  return { result: found.map((row) => withIsoDates(portal.world, row)), ...counts }
}

const COLUMNS: Columns = {
  ID: 'number',
  PORTAL_USER_ID: 'number',
  PORTAL_NUMBER: 'text',
  PHONE_NUMBER: 'text',
  CALL_ID: 'text',
  CALL_CATEGORY: 'text',
  CALL_DURATION: 'number',
  CALL_START_DATE: 'moment',
  CALL_FAILED_CODE: 'text',
  CRM_ENTITY_TYPE: 'text',
  CRM_ENTITY_ID: 'number',
  CRM_ACTIVITY_ID: 'number',
  REST_APP_ID: 'number',
  CALL_TYPE: 'number',
}

function statisticsRow(call: CallRow, apps: ReadonlyMap<number, string>): Row {
  return {
    ID: String(call.id),
    PORTAL_USER_ID: String(call.userId),
    PORTAL_NUMBER: call.portalNumber,
    PHONE_NUMBER: call.phoneNumber,
    CALL_ID: call.callId,
    EXTERNAL_CALL_ID: null,
    CALL_CATEGORY: 'external',
    CALL_DURATION: String(call.durationSeconds),
    CALL_START_DATE: call.startDate,
    COST: '0.0000',
    COST_CURRENCY: 'EUR',
    CALL_FAILED_CODE: call.failedCode,
    CALL_FAILED_REASON: callFailedReason(call.failedCode),
    CRM_ENTITY_TYPE: crmEntityType(call),
    CRM_ENTITY_ID: call.crmEntity ? String(call.crmEntity.id) : null,
    CRM_ACTIVITY_ID: call.activityId === null ? null : String(call.activityId),
    REST_APP_ID: call.restAppId === null ? null : String(call.restAppId),
    REST_APP_NAME: call.restAppId === null ? null : (apps.get(call.restAppId) ?? null),
    SESSION_ID: String(1_000_000 + call.id),
    CALL_TYPE: String(call.callType),
    REDIAL_ATTEMPT: null,
    RECORD_FILE_ID: null,
    TRANSCRIPT_ID: null,
    TRANSCRIPT_PENDING: 'N',
  }
}

function crmEntityType({ crmEntity }: CallRow): string | null {
  if (!crmEntity) return null
  return crmEntity.entityTypeId === CONTACT ? 'CONTACT' : crmEntity.entityTypeId === COMPANY ? 'COMPANY' : 'LEAD'
}

/** The words that go with CALL_FAILED_CODE (platform.md 4.3). */
export function callFailedReason(code: string): string {
  const reasons: Record<string, string> = {
    200: 'Successful call',
    304: 'Skipped call',
    403: 'Forbidden',
    404: 'Invalid number',
    480: 'Temporarily unavailable',
    486: 'Busy',
    603: 'Declined',
    '603-S': 'Cancelled',
  }
  return reasons[code] ?? 'Undefined'
}

function denied(): RestError {
  return new RestError('ACCESS_DENIED', 'Access denied!', 403)
}
