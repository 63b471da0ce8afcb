import type { PortalState } from '../../state.ts'
import { INVOICE, shortCode } from '../../world/entity-types.ts'
import type { EntityType } from '../../world/item.ts'
import { refuse } from '../error.ts'
import type { Row } from '../filter/read-filter.ts'
import { hasClient, hasStages } from '../item-fields.ts'
import { universalPage } from '../list.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { yesNo } from '../php.ts'

/** Which kinds of items there are (platform.md 5.7). */
export const crmDirectory: Methods = {
  'crm.type.list': { scopes: ['crm'], intranetOnly: true, universal: true, run: types },
  'crm.enum.ownertype': { scopes: ['crm'], run: ownerTypes },
  'crm.settings.mode.get': {
    scopes: ['crm'],
    run: ({ portal }) => ({ result: portal.world.crmMode === 'classic' ? 1 : 2 }),
  },
}

/** Smart processes only: invoices are not among them. */
function types({ portal, user, params }: Call): Outcome {
  if (!user.admin) throw refuse.accessDenied()
  const smart = [...portal.world.types.values()].filter((type) => type.isDynamic && type.entityTypeId !== INVOICE)
  const { rows, ...counts } = universalPage(smart, params.start)
  return { result: { types: rows.map((type) => typeRow(portal, type)) }, ...counts }
}

function typeRow(portal: PortalState, type: EntityType): Row {
  return {
    id: type.typeId,
    title: type.title,
    code: '',
    entityTypeId: type.entityTypeId,
    isCategoriesEnabled: yesNo(type.hasCategories),
    isStagesEnabled: yesNo(hasStages(portal, type)),
    isAutomationEnabled: yesNo(hasStages(portal, type)),
    isClientEnabled: yesNo(hasClient(portal, type)),
  }
}

function ownerTypes({ portal }: Call): Outcome {
  const rows = [...portal.world.types.values()].map((type) => ({
    ID: type.entityTypeId,
    NAME: type.title,
    SYMBOL_CODE: type.symbol,
    SYMBOL_CODE_SHORT: shortCode(type),
  }))
  return { result: rows }
}
