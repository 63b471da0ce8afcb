import { z } from 'zod'
import { phpList } from '../php-list.ts'

/** A list of rows: where it stands in the answer, what each row must have (where it was selected), and what else is read of it if it is there. */
type RowsShape = Readonly<{
  rows: (result: unknown) => unknown[] | null
  required: Readonly<Record<string, z.ZodType>>
  known?: Readonly<Record<string, z.ZodType>>
}>

/** What a method answers, as far as we read it. */
export type Shape = RowsShape | Readonly<{ one: z.ZodType }>

const id = z.coerce.number().int().positive()
const number = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)])
const text = z.union([z.string(), z.number()])
const time = z.string().refine((value) => !Number.isNaN(Date.parse(value)))
/** Nothing, as PHP writes it: a column without a value, or a map without entries. */
const none = z.union([z.null(), z.literal(''), z.literal(false), z.array(z.never())])
const map = z.record(z.string(), z.unknown())

/** The rows are the answer. */
const top = (required: RowsShape['required'], known: RowsShape['known'] = {}): Shape => ({
  rows: phpList,
  required,
  known,
})

/** The rows stand under a name. */
const under = (name: string, required: RowsShape['required'], known: RowsShape['known'] = {}): Shape => ({
  rows: (result) => phpList((result as Record<string, unknown> | null)?.[name]),
  required,
  known,
})

const item = {
  stageId: z.union([z.string(), none]),
  categoryId: z.union([number, none]),
  assignedById: z.union([number, none]),
  createdTime: z.union([time, none]),
  updatedTime: z.union([time, none]),
  movedTime: z.union([time, none]),
}

/** By method; what is not here is read without a form of its own. Sources: `platform.md` 1.8, 3, 5. */
export const shapes: Readonly<Record<string, Shape>> = {
  'app.info': { one: z.looseObject({ CODE: z.string() }) },
  'crm.activity.binding.list': top({ entityTypeId: id, entityId: id }),
  'crm.activity.list': top(
    { ID: id, CREATED: time },
    {
      TYPE_ID: number,
      DIRECTION: z.union([number, none]),
      LAST_UPDATED: z.union([time, none]),
      START_TIME: z.union([time, none]),
      SETTINGS: z.union([map, none]),
      PROVIDER_PARAMS: z.union([map, none]),
      DESCRIPTION: z.union([z.string(), none]),
    },
  ),
  'crm.category.list': under('categories', { id: number, name: z.string() }),
  'crm.enum.ownertype': top({ ID: number }),
  'crm.item.get': { one: z.looseObject({ item: z.looseObject({ id, ...partial(item) }) }) },
  'crm.item.list': under('items', { id }, item),
  'crm.stagehistory.list': under('items', { ID: id, OWNER_ID: id, CREATED_TIME: time }),
  'crm.status.entity.types': top({ ID: z.string() }),
  'crm.status.list': top({ ID: number, STATUS_ID: z.string() }, { SORT: number, NAME: z.union([text, none]) }),
  'crm.type.list': under('types', { entityTypeId: id }),
  'crm.webform.list': top({ ID: text }),
  'event.get': top({ event: z.string(), handler: z.string() }),
  'imopenlines.config.list.get': top({ ID: text }),
  'imopenlines.dialog.get': { one: z.looseObject({ entity_data_1: z.string() }) },
  'imopenlines.session.history.get': {
    one: z.looseObject({ sessionId: id, message: z.union([map, z.array(z.unknown())]) }),
  },
  'placement.get': top({ placement: z.string(), handler: z.string() }),
  profile: { one: z.looseObject({ ID: id }) },
  'user.current': { one: z.looseObject({ ID: id }) },
  'user.get': top({ ID: id }),
  'voximplant.line.get': { one: z.union([z.record(z.string(), z.union([text, none])), z.array(z.never())]) },
  'voximplant.statistic.get': top(
    { CALL_ID: z.string(), CALL_START_DATE: time },
    { CALL_TYPE: number, CALL_DURATION: z.union([number, none]), CRM_ACTIVITY_ID: z.union([number, none]) },
  ),
}

function partial(fields: Readonly<Record<string, z.ZodType>>): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, schema.optional()]))
}
