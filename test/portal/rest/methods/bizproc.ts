import type { Robot } from '../../world/registration.ts'
import { RestError } from '../error.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { legacyParam, text, toInteger } from '../params.ts'
import { asMap } from '../php.ts'

/** The app's automation rules and their answers (platform.md 5.10). */
export const bizproc: Methods = {
  'bizproc.robot.add': { scopes: ['bizproc'], run: add },
  'bizproc.robot.list': { scopes: ['bizproc'], run: list },
  'bizproc.robot.delete': { scopes: ['bizproc'], run: remove },
  'bizproc.event.send': { scopes: ['bizproc'], run: send },
}

function add(call: Call): Outcome {
  requireAdmin(call)
  const robot = readRobot(call)
  if (call.portal.world.robots.some((known) => known.code === robot.code)) {
    throw new RestError('ERROR_ACTIVITY_ALREADY_INSTALLED', 'Activity or Robot already installed!')
  }
  call.portal.world.robots.push(robot)
  return { result: true }
}

function list(call: Call): Outcome {
  requireAdmin(call)
  return { result: call.portal.world.robots.map((robot) => robot.code) }
}

function remove(call: Call): Outcome {
  requireAdmin(call)
  const code = text(legacyParam(call.params, 'CODE'))
  const { robots } = call.portal.world
  if (!robots.some((known) => known.code === code)) {
    throw new RestError('ERROR_ACTIVITY_NOT_FOUND', 'Activity or Robot not found!')
  }
  call.portal.world.robots = robots.filter((known) => known.code !== code)
  return { result: true }
}

/** A robot's answer: its values go into later rules of the same item. */
function send({ portal, params }: Call): Outcome {
  const token = text(legacyParam(params, 'EVENT_TOKEN'))
  const run = portal.world.robotRuns.find((known) => known.eventToken === token)
  if (!run) throw new RestError('ERROR_WRONG_WORKFLOW_ID', 'Empty or wrong event token')
  run.returnValues = asMap(legacyParam(params, 'RETURN_VALUES'))
  run.logMessage = text(legacyParam(params, 'LOG_MESSAGE')) || null
  return { result: true }
}

function readRobot({ params }: Call): Robot {
  const required = (name: string) => {
    const value = text(legacyParam(params, name))
    if (value === '') throw new RestError('ERROR_ACTIVITY_VALIDATION_FAILURE', `Empty activity ${name}!`)
    return value
  }
  const name = legacyParam(params, 'NAME')
  return {
    code: required('CODE'),
    handler: required('HANDLER'),
    name: typeof name === 'object' ? String(Object.values(asMap(name))[0] ?? '') : required('NAME'),
    authUserId: toInteger(legacyParam(params, 'AUTH_USER_ID')) ?? 0,
    useSubscription: text(legacyParam(params, 'USE_SUBSCRIPTION')) === 'Y',
    properties: asMap(legacyParam(params, 'PROPERTIES')),
    returnProperties: asMap(legacyParam(params, 'RETURN_PROPERTIES')),
  }
}

function requireAdmin({ user }: Call): void {
  if (!user.admin) throw new RestError('ACCESS_DENIED', 'Administrator rights required.', 403)
}
