import { eventsOfApp } from '../../events/catalogue.ts'
import { raise } from '../../events/raise.ts'
import { register } from '../../events/registration.ts'
import { nextId } from '../../world/ids.ts'
import type { EventBinding } from '../../world/registration.ts'
import type { User } from '../../world/user.ts'
import { RestError } from '../error.ts'
import { type Call, causeOf, type Methods, type Outcome } from '../method.ts'
import { legacyParam, text, toInteger } from '../params.ts'

/** Handlers of events (platform.md 3.1). Every user may bind; only administrators for others. */
export const event: Methods = {
  'event.bind': { scopes: ['basic'], run: bind },
  'event.unbind': { scopes: ['basic'], run: unbind },
  'event.get': { scopes: ['basic'], run: list },
  'event.test': { scopes: ['basic'], run: test },
}

function bind(call: Call): Outcome {
  const { portal, user } = call
  const wanted = {
    event: eventName(call),
    handler: handlerUrl(call),
    authType: authTypeToBind(call),
  }
  const { bindings } = portal.world
  if (bindings.some((known) => matches(known, wanted))) {
    throw new RestError('ERROR_CORE', 'Unable to set event handler: Handler already binded')
  }
  bindings.push({ id: nextId(portal.world, 'handler'), ...wanted, boundBy: user.id })
  register(portal, wanted.event)
  return { result: true }
}

function unbind(call: Call): Outcome {
  const { portal, user, params } = call
  const event = text(legacyParam(params, 'event')).toUpperCase()
  const handler = text(legacyParam(params, 'handler'))
  if (event === '') throw emptyArgument('EVENT')
  if (handler === '') throw emptyArgument('HANDLER')
  const authType = authTypeToUnbind(call)
  const doomed = portal.world.bindings.filter(
    (known) =>
      mayTouch(user, known) &&
      known.event === event &&
      known.handler === handler &&
      (authType === undefined || known.authType === authType),
  )
  portal.world.bindings = portal.world.bindings.filter((known) => !doomed.includes(known))
  return { result: { count: doomed.length } }
}

function list({ portal, user }: Call): Outcome {
  const rows = portal.world.bindings.filter((known) => mayTouch(user, known))
  return {
    result: rows.map(({ event, handler, authType }) => ({ event, handler, auth_type: String(authType), offline: 0 })),
  }
}

/** Sends ONAPPTEST with the given parameters to the app's own handlers. */
function test(call: Call): Outcome {
  const data = { QUERY: call.params, LANGUAGE_ID: call.portal.world.lang }
  raise(call.portal, 'ONAPPTEST', data, causeOf(call))
  return { result: 1 }
}

function eventName({ portal, token, params }: Call): string {
  const name = text(legacyParam(params, 'event')).toUpperCase()
  if (!eventsOfApp(portal.world, token.scope).includes(name)) {
    throw new RestError('ERROR_EVENT_NOT_FOUND', 'Event not found')
  }
  return name
}

function handlerUrl({ params }: Call): string {
  if (text(legacyParam(params, 'event_type')).toLowerCase() === 'offline') {
    throw new RestError('ERROR_CORE', 'Offline events are not part of this portal')
  }
  const handler = text(legacyParam(params, 'handler'))
  if (/^https?:\/\/.+/.test(handler)) return handler
  throw emptyArgument('HANDLER')
}

function emptyArgument(argument: string): RestError {
  return new RestError('ERROR_ARGUMENT', `Argument '${argument}' is null or empty`, 400, { argument })
}

/** 0 for the user who causes the event; handlers of ordinary users are always bound to themselves. */
function authTypeToBind({ user, params }: Call): number {
  const wanted = toInteger(legacyParam(params, 'auth_type')) ?? 0
  if (user.admin) return wanted
  if (wanted === 0 || wanted === user.id) return user.id
  const text = 'Access denied! Event binding with AUTH_TYPE requires administrator access rights'
  throw new RestError('ACCESS_DENIED', text, 403)
}

/** Undefined: whatever the handler is bound to. */
function authTypeToUnbind({ user, params }: Call): number | undefined {
  const given = legacyParam(params, 'auth_type')
  if (given === undefined) return undefined
  const wanted = toInteger(given) ?? 0
  if (user.admin || wanted === 0 || wanted === user.id) return wanted
  const text = 'Access denied! Event unbinding with AUTH_TYPE requires administrator access rights'
  throw new RestError('ACCESS_DENIED', text, 403)
}

function mayTouch(user: User, binding: EventBinding): boolean {
  return user.admin || binding.boundBy === user.id
}

function matches(known: EventBinding, wanted: Pick<EventBinding, 'event' | 'handler' | 'authType'>): boolean {
  return known.event === wanted.event && known.handler === wanted.handler && known.authType === wanted.authType
}
