import { RestError } from '../error.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { legacyParam, type Params, text } from '../params.ts'
import { asMap, phpMap } from '../php.ts'

/** Options of the app and of its users (platform.md 1.8). */
export const option: Methods = {
  'app.option.get': { scopes: ['basic'], run: ({ portal, params }) => read(portal.world.appOptions, params) },
  'app.option.set': {
    scopes: ['basic'],
    run: ({ portal, user, params }) => {
      if (!user.admin) throw new RestError('AccessException', 'Administrator authorization required')
      return write(portal.world.appOptions, params)
    },
  },
  'user.option.get': { scopes: ['basic'], run: (call) => read(optionsOfUser(call), call.params) },
  'user.option.set': { scopes: ['basic'], run: (call) => write(optionsOfUser(call), call.params) },
}

function optionsOfUser({ portal, user }: Call): Record<string, unknown> {
  const options = portal.world.userOptions.get(user.id) ?? {}
  portal.world.userOptions.set(user.id, options)
  return options
}

function read(options: Record<string, unknown>, params: Params): Outcome {
  const name = text(legacyParam(params, 'option'))
  return { result: name === '' ? phpMap(options) : (options[name] ?? null) }
}

function write(options: Record<string, unknown>, params: Params): Outcome {
  const given = asMap(legacyParam(params, 'options'))
  if (Object.keys(given).length === 0) {
    throw new RestError('ArgumentNullException', "Argument 'options' is null or empty")
  }
  Object.assign(options, given)
  return { result: true }
}
