import type { EntityType } from '../../world/item.ts'
import type { Placement } from '../../world/registration.ts'
import type { World } from '../../world/world.ts'
import { RestError } from '../error.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { legacyParam, text, toInteger } from '../params.ts'
import { asMap, phpMap } from '../php.ts'

/** Widgets (platform.md 5.11). Several refusals come with HTTP 200. */
export const placement: Methods = {
  'placement.bind': { scopes: ['placement'], run: bind },
  'placement.unbind': { scopes: ['placement'], run: unbind },
  'placement.get': {
    scopes: ['placement'],
    run: ({ portal }) => ({ result: portal.world.placements.map(placementRow) }),
  },
  'placement.list': {
    scopes: ['placement'],
    run: ({ portal, token }) => ({ result: codes(portal.world, token.scope) }),
  },
}

function bind(call: Call): Outcome {
  const { portal, params } = call
  requireAdmin(call)
  const code = text(legacyParam(params, 'PLACEMENT')).toUpperCase()
  const handler = text(legacyParam(params, 'HANDLER'))
  checkCode(call, code)
  checkHandler(handler)
  const { placements } = portal.world
  if (placements.some((known) => known.placement === code && known.handler === handler)) {
    throw new RestError('ERROR_CORE', 'Unable to set placement handler: Handler already binded')
  }
  if (code === 'REST_APP_URI' && placements.some((known) => known.placement === code)) {
    throw new RestError('ERROR_PLACEMENT_MAX_COUNT', 'Placement handlers limit exceeded', 200)
  }
  placements.push(describe(call, code, handler))
  return { result: true }
}

function unbind(call: Call): Outcome {
  const { portal, params } = call
  requireAdmin(call)
  const code = text(legacyParam(params, 'PLACEMENT')).toUpperCase()
  const handler = text(legacyParam(params, 'HANDLER'))
  checkCode(call, code)
  const kept = portal.world.placements.filter(
    (known) => known.placement !== code || (handler !== '' && known.handler !== handler),
  )
  const count = portal.world.placements.length - kept.length
  portal.world.placements = kept
  return { result: { count } }
}

function describe({ params }: Call, code: string, handler: string): Placement {
  return {
    placement: code,
    handler,
    title: text(legacyParam(params, 'TITLE')),
    description: text(legacyParam(params, 'DESCRIPTION')),
    options: asMap(legacyParam(params, 'OPTIONS')),
    langAll: asMap(legacyParam(params, 'LANG_ALL')),
    userId: toInteger(legacyParam(params, 'USER_ID')) ?? 0,
  }
}

function placementRow({ options, langAll, ...row }: Placement): Record<string, unknown> {
  return { ...row, options: phpMap(options), langAll: phpMap(langAll) }
}

function requireAdmin({ user }: Call): void {
  if (!user.admin) throw new RestError('ACCESS_DENIED', 'Access denied! Administrator rights required.', 403)
}

function checkCode({ portal, token }: Call, code: string): void {
  if (code === '') {
    throw new RestError('ERROR_ARGUMENT', "Argument 'PLACEMENT' is null or empty", 200, { argument: 'PLACEMENT' })
  }
  if (!codes(portal.world, token.scope).includes(code)) {
    throw new RestError('ERROR_PLACEMENT_NOT_FOUND', 'Placement not found')
  }
}

function checkHandler(handler: string): void {
  if (handler === '') throw new RestError('EMPTY_ERROR_HANDLER_URL', 'Handler URL is empty', 200)
  const url = URL.parse(handler)
  if (url === null) throw new RestError('ERROR_WRONG_HANDLER_URL', 'Wrong handler URL')
  if (!/^https?:$/.test(url.protocol)) {
    throw new RestError('ERROR_UNSUPPORTED_PROTOCOL', 'Unsupported event handler protocol')
  }
}

/** The places of this portal: CRM ones need the scope and exist once for each kind of item. */
function codes(world: World, scope: string[]): string[] {
  const general = ['DEFAULT', 'LEFT_MENU', 'REST_APP_URI']
  if (!scope.includes('crm')) return general
  return [...general, 'CRM_ANALYTICS_MENU', ...[...world.types.values()].flatMap(codesOfType)]
}

function codesOfType({ symbol, isDynamic, hasStages }: EntityType): string[] {
  const prefix = `CRM_${symbol}`
  const card = ['LIST_TOOLBAR', 'DETAIL_TAB', 'DETAIL_TOOLBAR', 'ACTIVITY_TIMELINE_MENU'].map(
    (place) => `${prefix}_${place}`,
  )
  const robots = hasStages && symbol !== 'QUOTE' ? [`${prefix}_ROBOT_DESIGNER_TOOLBAR`] : []
  const funnels = symbol === 'DEAL' ? ['CRM_FUNNELS_TOOLBAR'] : isDynamic ? [`${prefix}_FUNNELS_TOOLBAR`] : []
  return [...card, ...robots, ...funnels]
}
