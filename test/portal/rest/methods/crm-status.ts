import type { PortalState } from '../../state.ts'
import { ESTIMATE, LEAD, stageDirectory, typeOf } from '../../world/entity-types.ts'
import type { Category, Stage } from '../../world/item.ts'
import { categoriesOf, stagesOf } from '../../world/stages.ts'
import type { World } from '../../world/world.ts'
import { refuse } from '../error.ts'
import type { Columns } from '../filter/column-tests.ts'
import { type Row, readFilter } from '../filter/read-filter.ts'
import { hasStages } from '../item-fields.ts'
import { sortRows } from '../list.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { legacyParam, text } from '../params.ts'
import { asMap, yesNo } from '../php.ts'
import { refusal } from '../refusals.ts'
import { requiredType } from './crm-item.ts'

/** Pipelines and stages (platform.md 5.7). Who reads nothing in CRM sees none. */
export const crmStatus: Methods = {
  'crm.category.list': { scopes: ['crm'], intranetOnly: true, universal: true, run: categories },
  'crm.status.list': { scopes: ['crm'], run: statuses },
  'crm.status.entity.types': { scopes: ['crm'], run: directories },
  'crm.status.entity.items': { scopes: ['crm'], run: directoryItems },
}

function categories(call: Call): Outcome {
  const { portal, user } = call
  const type = requiredType(call)
  if (!type.hasCategories) throw refusal(call.portal, 'typeNotSupported')
  const readable = user.admin || user.rights.read !== 'none'
  const rows = readable ? categoriesOf(portal.world, type.entityTypeId).map(categoryRow) : []
  return { result: { categories: rows }, total: rows.length }
}

function categoryRow({ id, name, sort, entityTypeId, isDefault }: Category): Row {
  return { id, name, sort, entityTypeId, isDefault: yesNo(isDefault), originId: null, originatorId: null }
}

/** Not paged; SORT is a string. Rows come by row id unless an order is asked for. */
function statuses(call: Call): Outcome {
  requireCrm(call)
  const { portal, params } = call
  const filter = asMap(legacyParam(params, 'filter'))
  const passes = readFilter(filter, { columns: COLUMNS, layer: 'legacy', clockMinutes: 0 })
  const rows = portal.world.stages.map(statusRow).filter(passes)
  const result = sortRows(rows, legacyParam(params, 'order'), { ID: 'ASC' })
  return { result, total: result.length }
}

const COLUMNS: Columns = {
  ID: 'number',
  ENTITY_ID: 'text',
  STATUS_ID: 'text',
  NAME: 'text',
  SORT: 'number',
  SYSTEM: 'text',
  CATEGORY_ID: 'number',
  SEMANTICS: 'text',
}

function statusRow(stage: Stage): Row {
  return {
    ID: String(stage.id),
    ENTITY_ID: stage.entityId,
    STATUS_ID: stage.stageId,
    NAME: stage.name,
    NAME_INIT: stage.system ? stage.name : '',
    SORT: String(stage.sort),
    SYSTEM: yesNo(stage.system),
    CATEGORY_ID: stage.categoryId === null || stage.categoryId === 0 ? null : String(stage.categoryId),
    COLOR: stage.color,
    SEMANTICS: stage.semantics,
    EXTRA: { SEMANTICS: longSemantics(stage), COLOR: stage.color },
  }
}

function longSemantics({ semantics, stageId }: Stage): string {
  if (semantics === 'S') return 'success'
  if (semantics === 'F') return stageId.includes('APOLOGY') ? 'apology' : 'failure'
  return 'process'
}

/** Every stage directory of every kind of item. CATEGORY_ID is a number or a string, as it happens. */
function directories(call: Call): Outcome {
  requireCrm(call)
  const { world } = call.portal
  const single = [LEAD, ESTIMATE].filter((id) => typeOf(world, id)).map((id) => directoryRow(world, id, null))
  const staged = world.categories.filter((category) => isStaged(call.portal, category.entityTypeId))
  return { result: [...single, ...staged.map((category) => directoryRow(world, category.entityTypeId, category))] }
}

function isStaged(portal: PortalState, entityTypeId: number): boolean {
  const type = typeOf(portal.world, entityTypeId)
  return type !== undefined && hasStages(portal, type)
}

function directoryRow(world: World, entityTypeId: number, category: Category | null): Row {
  const stages = stagesOf(world, entityTypeId, category?.id ?? null)
  const success = stages.find((stage) => stage.semantics === 'S')
  const ofCategory = category
    ? {
        CATEGORY_ID: entityTypeId === 2 ? String(category.id) : category.id,
        CATEGORY_NAME: category.name,
        IS_DEFAULT_CATEGORY: category.isDefault,
      }
    : {}
  return {
    ID: stageDirectory(entityTypeId, category?.id ?? null),
    NAME: `Stages: ${category?.name ?? typeOf(world, entityTypeId)?.title}`,
    PARENT_ID: null,
    SEMANTIC_INFO: {
      START_FIELD: stages[0]?.stageId ?? '',
      FINAL_SUCCESS_FIELD: success?.stageId ?? '',
      FINAL_UNSUCCESS_FIELD: stages.find((stage) => stage.semantics === 'F')?.stageId ?? '',
      FINAL_SORT: success?.sort ?? 0,
    },
    PREFIX: stages[0]?.stageId.includes(':') ? (stages[0]?.stageId.split(':')[0] ?? '') : '',
    FIELD_ATTRIBUTE_SCOPE: '',
    ENTITY_TYPE_ID: entityTypeId,
    IS_ENABLED: true,
    ...ofCategory,
  }
}

function directoryItems(call: Call): Outcome {
  requireCrm(call)
  const entityId = text(legacyParam(call.params, 'entityId'))
  const stages = call.portal.world.stages.filter((stage) => stage.entityId === entityId)
  const sorted = [...stages].sort((one, other) => one.sort - other.sort || one.id - other.id)
  return { result: sorted.map(({ name, sort, stageId }) => ({ NAME: name, SORT: sort, STATUS_ID: stageId })) }
}

function requireCrm({ user }: Call): void {
  if (!user.admin && user.rights.read === 'none') throw refuse.legacy('Access denied.')
}
