import { ESTIMATE, LEAD } from '../../world/entity-types.ts'
import type { StageHistoryRow } from '../../world/item.ts'
import { canRead } from '../../world/rights.ts'
import { callerClock } from '../filter/caller-clock.ts'
import type { Columns } from '../filter/column-tests.ts'
import { type Row, readFilter } from '../filter/read-filter.ts'
import { hasStages } from '../item-fields.ts'
import { withIsoDates } from '../item-row.ts'
import { pick, selected, sortRows, universalPage } from '../list.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { asMap } from '../php.ts'
import { refusal } from '../refusals.ts'
import { requiredType } from './crm-item.ts'

/** Which stages items went through, without telling who moved them (platform.md 5.7). Estimates have none. */
export const crmStageHistory: Methods = {
  'crm.stagehistory.list': { scopes: ['crm'], intranetOnly: true, universal: true, run: list },
}

/** What a filter may ask for; times are read rightly in every zone. */
const COLUMNS: Columns = {
  ID: 'number',
  TYPE_ID: 'number',
  OWNER_ID: 'number',
  CREATED_TIME: 'moment',
  CATEGORY_ID: 'number',
  STAGE_SEMANTIC_ID: 'text',
  STAGE_ID: 'text',
  STATUS_SEMANTIC_ID: 'text',
  STATUS_ID: 'text',
}

function list(call: Call): Outcome {
  const { portal, user, params } = call
  const type = requiredType(call)
  const { entityTypeId } = type
  if (entityTypeId === ESTIMATE || !hasStages(portal, type)) {
    throw refusal(portal, 'typeNotSupported')
  }
  const { minutes: clockMinutes } = callerClock(portal)
  const passes = readFilter(asMap(params.filter), { columns: COLUMNS, layer: 'universal', clockMinutes })
  const rows = portal.world.stageHistory
    .filter((row) => row.entityTypeId === entityTypeId)
    .filter((row) => canRead(portal.world, user, { entityTypeId, id: row.ownerId }))
    .map((row) => historyRow(entityTypeId, row))
    .filter(passes)
  const { rows: found, ...counts } = universalPage(sortRows(rows, params.order, { ID: 'ASC' }), params.start)
  const names = selected(params.select)
  return { result: { items: found.map((row) => pick(withIsoDates(portal.world, row), names)) }, ...counts }
}

function historyRow(entityTypeId: number, row: StageHistoryRow): Row {
  const common = { ID: row.id, TYPE_ID: row.typeId, OWNER_ID: row.ownerId, CREATED_TIME: row.createdTime }
  if (entityTypeId === LEAD) return { ...common, STATUS_SEMANTIC_ID: row.semantics, STATUS_ID: row.stageId }
  return { ...common, CATEGORY_ID: row.categoryId, STAGE_SEMANTIC_ID: row.semantics, STAGE_ID: row.stageId }
}
