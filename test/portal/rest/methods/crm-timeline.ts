import { raise } from '../../events/raise.ts'
import { toInt } from '../../php/cast.ts'
import { isoWithOffset } from '../../world/dates.ts'
import { typeOf } from '../../world/entity-types.ts'
import { nextId } from '../../world/ids.ts'
import type { Item, ItemRef, TimelineEntry } from '../../world/item.ts'
import { canEdit } from '../../world/rights.ts'
import { findItem } from '../../world/stages.ts'
import type { World } from '../../world/world.ts'
import { RestError, refuse } from '../error.ts'
import { type Call, causeOf, type Methods, type Outcome } from '../method.ts'
import { requiredId, requiredText, text } from '../params.ts'
import { asMap } from '../php.ts'
import { refusal } from '../refusals.ts'

/** Entries in an item's timeline, written under the caller's name (platform.md 5.9). */
export const crmTimeline: Methods = {
  'crm.timeline.logmessage.add': { scopes: ['crm'], universal: true, run: addLogMessage },
  'crm.timeline.logmessage.delete': { scopes: ['crm'], universal: true, run: deleteLogMessage },
  'crm.timeline.comment.add': { scopes: ['crm'], run: addComment },
}

/** Ids are cast as PHP does it. Whether the item exists is not asked, only whether the caller may edit it now. */
function addLogMessage(call: Call): Outcome {
  const { portal } = call
  if (call.params.fields === undefined) throw refuse.missing('fields')
  const fields = asMap(call.params.fields)
  const item = { entityTypeId: toInt(fields.entityTypeId), id: toInt(fields.entityId) }
  if (!typeOf(portal.world, item.entityTypeId) || item.id <= 0) throw refusal(portal, 'ownerNotFound')
  if (!mayEdit(call, item)) throw refusal(portal, 'accessDenied')
  const entry = write(call, item, {
    kind: 'logMessage',
    title: requiredText(fields, 'title'),
    text: requiredText(fields, 'text'),
    iconCode: text(fields.iconCode) || 'info',
  })
  const { id, created, authorId, title, iconCode } = entry
  const at = isoWithOffset(created, call.portal.world.offsetMinutes)
  return { result: { logMessage: { id, created: at, authorId, title, text: entry.text, iconCode } } }
}

/** Only log messages are deleted so, by whoever may edit the item. */
function deleteLogMessage(call: Call): Outcome {
  const { timeline } = call.portal.world
  const id = requiredId(call.params, 'id')
  const entry = timeline.find((one) => one.id === id && one.kind === 'logMessage')
  if (!entry) throw new RestError('NOT_FOUND', 'Not found')
  if (!mayEdit(call, { entityTypeId: entry.entityTypeId, id: entry.entityId }))
    throw refusal(call.portal, 'accessDenied')
  timeline.splice(timeline.indexOf(entry), 1)
  return { result: true }
}

function addComment(call: Call): Outcome {
  const fields = asMap(call.params.fields)
  const entityTypeId = typeBySymbol(call.portal.world, requiredText(fields, 'ENTITY_TYPE'))
  const item = editableItem(call, entityTypeId, requiredId(fields, 'ENTITY_ID'))
  const comment = requiredText(fields, 'COMMENT')
  const { id } = write(call, item, { kind: 'comment', title: '', text: comment, iconCode: '' })
  raise(call.portal, 'ONCRMTIMELINECOMMENTADD', { FIELDS: { ID: String(id) } }, causeOf(call))
  return { result: id }
}

function editableItem({ portal, user }: Call, entityTypeId: number, id: number): Item {
  const item = typeOf(portal.world, entityTypeId) && findItem(portal.world, entityTypeId, id)
  if (!item) throw refusal(portal, 'ownerNotFound')
  if (!canEdit(portal.world, user, item)) throw refusal(portal, 'accessDenied')
  return item
}

/** An item that is not there can be edited by whoever may edit all. */
function mayEdit({ portal, user }: Call, item: ItemRef): boolean {
  if (findItem(portal.world, item.entityTypeId, item.id)) return canEdit(portal.world, user, item)
  return user.admin || user.rights.edit === 'all'
}

type Content = Pick<TimelineEntry, 'kind' | 'title' | 'text' | 'iconCode'>

function write({ portal, user }: Call, item: ItemRef, content: Content): TimelineEntry {
  const { entityTypeId, id: entityId } = item
  const id = nextId(portal.world, 'timeline')
  const entry = { id, entityTypeId, entityId, authorId: user.id, created: new Date(), ...content }
  portal.world.timeline.push(entry)
  return entry
}

/** `deal`, `smart_invoice`, `dynamic_177`. */
function typeBySymbol(world: World, symbol: string): number {
  const type = [...world.types.values()].find((candidate) => candidate.symbol === symbol.toUpperCase())
  if (!type) throw new RestError('INVALID_ARG_VALUE', 'Unknown ENTITY_TYPE')
  return type.entityTypeId
}
