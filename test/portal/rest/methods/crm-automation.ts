import { findItem } from '../../world/stages.ts'
import { RestError, refuse } from '../error.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { legacyParam, text, toInteger } from '../params.ts'

/** Native triggers of the app (platform.md 5.10). `true` from execute means accepted, not moved. */
export const crmAutomation: Methods = {
  'crm.automation.trigger.add': { scopes: ['crm'], run: add },
  'crm.automation.trigger.list': { scopes: ['crm'], run: list },
  'crm.automation.trigger.delete': { scopes: ['crm'], run: remove },
  'crm.automation.trigger.execute': { scopes: ['crm'], run: execute },
}

function add(call: Call): Outcome {
  requireAdmin(call)
  const code = triggerCode(call)
  const name = text(legacyParam(call.params, 'NAME'))
  if (name === '') throw refuse.legacy('Empty trigger name!')
  const triggers = call.portal.world.automationTriggers.filter((known) => known.code !== code)
  call.portal.world.automationTriggers = [...triggers, { code, name }]
  return { result: true }
}

function list(call: Call): Outcome {
  requireAdmin(call)
  return { result: call.portal.world.automationTriggers.map(({ code, name }) => ({ CODE: code, NAME: name })) }
}

function remove(call: Call): Outcome {
  requireAdmin(call)
  const code = registeredCode(call)
  const { world } = call.portal
  world.automationTriggers = world.automationTriggers.filter((known) => known.code !== code)
  return { result: true }
}

function execute(call: Call): Outcome {
  const { portal, user, params } = call
  const code = registeredCode(call)
  const entityTypeId = toInteger(legacyParam(params, 'OWNER_TYPE_ID')) ?? 0
  const item = findItem(portal.world, entityTypeId, toInteger(legacyParam(params, 'OWNER_ID')) ?? 0)
  if (!portal.world.types.has(entityTypeId)) throw refuse.legacy('Incorrect parameter OWNER_TYPE_ID.')
  if (!item) throw refuse.legacy('Incorrect parameter OWNER_ID.')
  portal.world.automationExecutions.push({ code, entityTypeId, id: item.id, userId: user.id })
  return { result: true }
}

function registeredCode(call: Call): string {
  const code = triggerCode(call)
  if (call.portal.world.automationTriggers.some((known) => known.code === code)) return code
  throw refuse.legacy(`Trigger with code ${code} is not registered.`)
}

function triggerCode({ params }: Call): string {
  const code = text(legacyParam(params, 'CODE'))
  if (code === '') throw refuse.legacy('Empty trigger code!')
  if (!/^[a-z0-9._-]+$/i.test(code)) throw refuse.legacy('Wrong trigger code!')
  return code
}

function requireAdmin({ user }: Call): void {
  if (!user.admin) throw new RestError('ACCESS_DENIED', 'Admin permissions required')
}
