import type { Robot } from '../../world/registration.ts'
import { RestError } from '../error.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { legacyParam, type Params, text, toInteger } from '../params.ts'
import { asList, asMap } from '../php.ts'

/** The app's automation rules and their answers (platform.md 5.10). */
export const bizproc: Methods = {
  'bizproc.robot.add': { scopes: ['bizproc'], run: add },
  'bizproc.robot.update': { scopes: ['bizproc'], run: update },
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

/** Changes the fields that are given (bizproc-robot-update.md of the official documentation). */
function update(call: Call): Outcome {
  requireAdmin(call)
  const code = text(legacyParam(call.params, 'CODE'))
  const robot = call.portal.world.robots.find((known) => known.code === code)
  if (!robot) throw new RestError('ERROR_ACTIVITY_NOT_FOUND', 'Activity or Robot not found!')
  const given = robotFields(asMap(legacyParam(call.params, 'FIELDS')))
  if (Object.keys(given).length === 0) {
    throw new RestError('ERROR_ACTIVITY_VALIDATION_FAILURE', 'No fields to update')
  }
  Object.assign(robot, given)
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

/**
 * A robot's answer: its values go into later rules of the same item, and the process goes on if it waited. It works in the
 * background: an answer that nobody waits for, or that came before, is accepted like any other (platform.md 5.10).
 */
function send({ portal, params }: Call): Outcome {
  const token = text(legacyParam(params, 'EVENT_TOKEN'))
  const run = portal.world.robotRuns.find((known) => known.eventToken === token)
  if (run?.waits) {
    run.waits = false
    run.returnValues = asMap(legacyParam(params, 'RETURN_VALUES'))
    run.logMessage = text(legacyParam(params, 'LOG_MESSAGE')) || null
  }
  return { result: true }
}

function readRobot({ params }: Call): Robot {
  for (const name of ['CODE', 'HANDLER', 'NAME']) {
    const value = legacyParam(params, name)
    const isGiven = text(value) !== '' || (name === 'NAME' && typeof value === 'object')
    if (!isGiven) throw new RestError('ERROR_ACTIVITY_VALIDATION_FAILURE', `Empty activity ${name}!`)
  }
  const neutral = {
    handler: '',
    name: '',
    authUserId: 0,
    useSubscription: false,
    properties: {},
    returnProperties: {},
    documents: null,
  }
  return { ...neutral, ...robotFields(params), code: text(legacyParam(params, 'CODE')) }
}

/** What a robot is made of, so far as it is given. */
function robotFields(params: Params): Partial<Omit<Robot, 'code'>> {
  const given = (name: string) => legacyParam(params, name)
  const fields = {
    handler: given('HANDLER') === undefined ? undefined : text(given('HANDLER')),
    name: given('NAME') === undefined ? undefined : nameOf(given('NAME')),
    authUserId: toInteger(given('AUTH_USER_ID')),
    useSubscription: given('USE_SUBSCRIPTION') === undefined ? undefined : text(given('USE_SUBSCRIPTION')) === 'Y',
    properties: given('PROPERTIES') === undefined ? undefined : asMap(given('PROPERTIES')),
    returnProperties: given('RETURN_PROPERTIES') === undefined ? undefined : asMap(given('RETURN_PROPERTIES')),
    documents: given('FILTER') === undefined ? undefined : documentsOf(asMap(given('FILTER'))),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** A name is a text, or one for each language. */
function nameOf(name: unknown): string {
  return typeof name === 'object' ? String(Object.values(asMap(name))[0] ?? '') : text(name)
}

/** INCLUDE of FILTER: the classes of documents that the robot is offered for; null: all. */
function documentsOf(filter: Record<string, unknown>): string[] | null {
  if (filter.INCLUDE === undefined) return null
  return asList(filter.INCLUDE).map((rule) => text(asList(rule)[1]))
}

function requireAdmin({ user }: Call): void {
  if (!user.admin) throw new RestError('ACCESS_DENIED', 'Administrator rights required.', 403)
}
