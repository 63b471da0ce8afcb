import { DEAL, ESTIMATE, INVOICE, LEAD, stageDirectory } from '../world/entity-types.ts'
import type { Category, EntityType, Stage } from '../world/item.ts'
import { SEED } from './names.ts'

const { request, asset } = SEED.types
const { general, partners, invoices, requests, warranty } = SEED.pipelines

/** One smart process with stages and two pipelines, one without stages. */
export const SMART_PROCESSES: EntityType[] = [
  smartProcess(request, 3, 'Service requests', true),
  smartProcess(asset, 4, 'Rented machines', false),
]

/** The default pipeline is not the first one by SORT. */
export const CATEGORIES: Category[] = [
  category(general, DEAL, 'General', 300, true),
  category(partners, DEAL, 'Partners', 200, false),
  category(invoices, INVOICE, 'Invoices', 100, true),
  category(requests, request, 'Service', 500, true),
  category(warranty, request, 'Warranty', 100, false),
  category(11, asset, 'Machines', 100, true),
]

/**
 * All stages, as rows [row id, stage id, name, SORT, semantics]. Three orders differ on purpose: the rows', the ids' and
 * SORT. SORT must be read as a number (90 before 100), and equal ones go by row id (`C4:UC_VISIT`, `C4:UC_OFFER`).
 */
export function seedStages(): Stage[] {
  return [
    ...pipeline(LEAD, null, [
      [40, 'UC_CALLED', 'Called', 90, null],
      [12, 'NEW', 'Unassigned', 10, null],
      [14, 'CONVERTED', 'Good lead', 200, 'S'],
      [13, 'IN_PROCESS', 'In progress', 100, null],
      [15, 'JUNK', 'Junk lead', 210, 'F'],
    ]),
    ...pipeline(DEAL, general, [
      [74, 'NEW', 'New', 10, null],
      [71, 'FINAL_INVOICE', 'Final invoice', 110, null],
      [72, 'PREPARATION', 'Document preparation', 20, null],
      [73, 'EXECUTING', 'In progress', 90, null],
      [76, 'LOSE', 'Deal lost', 220, 'F'],
      [75, 'WON', 'Deal won', 210, 'S'],
      [77, 'APOLOGY', 'Analyse failure', 230, 'F'],
    ]),
    ...pipeline(DEAL, partners, [
      [95, 'C4:NEW', 'Introduction', 10, null],
      [94, 'C4:UC_OFFER', 'Offer', 40, null],
      [91, 'C4:UC_VISIT', 'Visit', 40, null],
      [93, 'C4:PREPARATION', 'Preparation', 20, null],
      [92, 'C4:UC_CONTRACT', 'Contract', 100, null],
      [96, 'C4:WON', 'Partner won', 110, 'S'],
      [97, 'C4:LOSE', 'Partner lost', 120, 'F'],
    ]),
    ...pipeline(ESTIMATE, null, [
      [52, 'SENT', 'Sent to client', 20, null],
      [51, 'UC_REVISED', 'Revised', 100, null],
      [53, 'DRAFT', 'Draft', 10, null],
      [54, 'APPROVED', 'Accepted', 110, 'S'],
      [55, 'DECLAINED', 'Declined', 120, 'F'],
    ]),
    ...pipeline(INVOICE, invoices, [
      [63, 'DT31_5:N', 'New', 10, null],
      [61, 'DT31_5:S', 'Sent', 20, null],
      [62, 'DT31_5:P', 'Paid', 30, 'S'],
      [64, 'DT31_5:D', 'Not paid', 40, 'F'],
    ]),
    ...pipeline(request, requests, [
      [84, 'DT177_9:UC_PARTS', 'Waiting for parts', 100, null],
      [81, 'DT177_9:CLIENT', 'With the client', 90, null],
      [83, 'DT177_9:NEW', 'New', 10, null],
      [82, 'DT177_9:SUCCESS', 'Done', 200, 'S'],
      [85, 'DT177_9:FAIL', 'Cancelled', 210, 'F'],
    ]),
    ...pipeline(request, warranty, [
      [86, 'DT177_10:NEW', 'New', 10, null],
      [87, 'DT177_10:CLIENT', 'Checking', 20, null],
      [88, 'DT177_10:SUCCESS', 'Replaced', 30, 'S'],
      [89, 'DT177_10:FAIL', 'RejectedError', 40, 'F'],
    ]),
  ].map((stage) => ({ ...stage, requiredFields: REQUIRED[stage.stageId] ?? [] }))
}

/** Stages that demand filled fields: an amount for the contract. */
const REQUIRED: Record<string, string[]> = { 'C4:UC_CONTRACT': ['opportunity'], FINAL_INVOICE: ['opportunity'] }

/** Row id, stage id, name, SORT, semantics. */
export type StageRow = [number, string, string, number, Stage['semantics']]

/** The rows of one pipeline as stages. */
export function pipeline(entityTypeId: number, categoryId: number | null, rows: StageRow[]): Stage[] {
  const entityId = stageDirectory(entityTypeId, categoryId)
  return rows.map(([id, stageId, name, sort, semantics]) => ({
    id,
    entityTypeId,
    categoryId,
    entityId,
    stageId,
    name,
    sort,
    semantics,
    color: semantics === 'S' ? '#7bd500' : semantics === 'F' ? '#ff5752' : '#39a8ef',
    system: !stageId.includes('UC_'),
    requiredFields: [],
  }))
}

export function smartProcess(entityTypeId: number, typeId: number, title: string, hasStages: boolean): EntityType {
  const symbol = `DYNAMIC_${entityTypeId}`
  return { entityTypeId, typeId, title, symbol, hasStages, hasClient: true, hasCategories: true, isDynamic: true }
}

function category(id: number, entityTypeId: number, name: string, sort: number, isDefault: boolean): Category {
  return { id, entityTypeId, name, sort, isDefault }
}
