import { ESTIMATE, LEAD } from '../../world/entity-types.ts'
import type { StageHistoryRow } from '../../world/item.ts'
import { canRead } from '../../world/rights.ts'
import { RestError } from '../error.ts'
import { passes, type Row } from '../filter.ts'
import { withIsoDates } from '../item-row.ts'
import { page, pick, selected, sortRows } from '../list.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { asMap } from '../php.ts'
import { requiredType } from './crm-item.ts'

/** Which stages items went through, without telling who moved them (platform.md 5.7). Estimates have none. */
export const crmStageHistory: Methods = {
  'crm.stagehistory.list': { scopes: ['crm'], intranetOnly: true, run: list },
}

function list(call: Call): Outcome {
  const { portal, user, params } = call
  const { entityTypeId, hasStages } = requiredType(call)
  if (entityTypeId === ESTIMATE || !hasStages) {
    throw new RestError('ENTITY_TYPE_NOT_SUPPORTED', 'Stage history is not supported for this entity type')
  }
  const rows = portal.world.stageHistory
    .filter((row) => row.entityTypeId === entityTypeId)
    .filter((row) => canRead(portal.world, user, { entityTypeId, id: row.ownerId }))
    .map((row) => historyRow(entityTypeId, row))
    .filter((row) => passes(row, asMap(params.filter)))
  const { rows: found, ...counts } = page(sortRows(rows, params.order, { ID: 'ASC' }), params.start)
  const names = selected(params.select)
  return { result: { items: found.map((row) => pick(withIsoDates(portal.world, row), names)) }, ...counts }
}

function historyRow(entityTypeId: number, row: StageHistoryRow): Row {
  const common = { ID: row.id, TYPE_ID: row.typeId, OWNER_ID: row.ownerId, CREATED_TIME: row.createdTime }
  if (entityTypeId === LEAD) return { ...common, STATUS_SEMANTIC_ID: row.semantics, STATUS_ID: row.stageId }
  return { ...common, CATEGORY_ID: row.categoryId, STAGE_SEMANTIC_ID: row.semantics, STAGE_ID: row.stageId }
}
