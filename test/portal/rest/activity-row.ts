import type { Activity } from '../world/activity.ts'
import { isoWithOffset } from '../world/dates.ts'
import type { World } from '../world/world.ts'
import type { Columns } from './filter/column-tests.ts'
import type { Row } from './filter/read-filter.ts'
import { phpMap, yesNo } from './php.ts'

/** The fields of an activity as the legacy methods know them (platform.md 5.1, appendix A): numbers are strings. */
const COLUMNS: Record<string, (activity: Activity) => unknown> = {
  ID: ({ id }) => String(id),
  OWNER_ID: ({ bindings }) => String(bindings[0]?.id ?? 0),
  OWNER_TYPE_ID: ({ bindings }) => String(bindings[0]?.entityTypeId ?? 0),
  TYPE_ID: ({ typeId }) => String(typeId),
  PROVIDER_ID: ({ providerId }) => providerId,
  PROVIDER_TYPE_ID: ({ providerTypeId }) => providerTypeId,
  PROVIDER_GROUP_ID: () => null,
  ASSOCIATED_ENTITY_ID: ({ associatedEntityId }) => String(associatedEntityId),
  SUBJECT: ({ subject }) => subject,
  CREATED: ({ created }) => created,
  LAST_UPDATED: ({ lastUpdated }) => lastUpdated,
  START_TIME: ({ startTime }) => startTime,
  END_TIME: ({ endTime }) => endTime,
  DEADLINE: ({ endTime }) => endTime,
  COMPLETED: ({ completed }) => yesNo(completed),
  STATUS: ({ completed }) => (completed ? '2' : '1'),
  RESPONSIBLE_ID: ({ responsibleId }) => String(responsibleId),
  PRIORITY: () => '2',
  NOTIFY_TYPE: () => '0',
  NOTIFY_VALUE: () => '0',
  DESCRIPTION: ({ description }) => description,
  DESCRIPTION_TYPE: ({ descriptionType }) => String(descriptionType),
  DIRECTION: ({ direction }) => String(direction),
  LOCATION: () => '',
  SETTINGS: ({ settings, blankSettings }) => (blankSettings ? false : phpMap(settings)),
  ORIGINATOR_ID: () => null,
  ORIGIN_ID: ({ originId }) => originId,
  AUTHOR_ID: ({ authorId }) => String(authorId),
  EDITOR_ID: ({ editorId }) => String(editorId),
  PROVIDER_PARAMS: ({ providerParams }) => phpMap(providerParams),
  PROVIDER_DATA: () => null,
  RESULT_MARK: () => '0',
  RESULT_VALUE: () => null,
  RESULT_SUM: () => null,
  RESULT_CURRENCY_ID: () => null,
  RESULT_STATUS: ({ resultStatus }) => String(resultStatus),
  RESULT_STREAM: ({ resultStream }) => String(resultStream),
  RESULT_SOURCE_ID: ({ resultSourceId }) => resultSourceId,
  AUTOCOMPLETE_RULE: () => '0',
  IS_INCOMING_CHANNEL: ({ isIncomingChannel }) => yesNo(isIncomingChannel),
}

export const ACTIVITY_FIELDS = Object.keys(COLUMNS)

const NUMBERS = [
  ...['ID', 'OWNER_ID', 'OWNER_TYPE_ID', 'TYPE_ID', 'ASSOCIATED_ENTITY_ID', 'STATUS', 'RESPONSIBLE_ID', 'PRIORITY'],
  ...['NOTIFY_TYPE', 'NOTIFY_VALUE', 'DESCRIPTION_TYPE', 'DIRECTION', 'AUTHOR_ID', 'EDITOR_ID'],
  ...['RESULT_MARK', 'RESULT_STATUS', 'RESULT_STREAM'],
]
const MOMENTS = ['CREATED', 'LAST_UPDATED', 'START_TIME', 'END_TIME', 'DEADLINE']
const STRUCTURES = ['SETTINGS', 'PROVIDER_PARAMS', 'PROVIDER_DATA']

/** How conditions on the fields are read; structures cannot be asked for. */
export const ACTIVITY_COLUMNS: Columns = Object.fromEntries(
  ACTIVITY_FIELDS.filter((name) => !STRUCTURES.includes(name)).map((name) => [
    name,
    MOMENTS.includes(name) ? 'moment' : NUMBERS.includes(name) ? 'number' : 'text',
  ]),
)

/** The named fields; names that do not exist are left out. Dates are still `Date`, for filters and sorting. */
export function activityRow(activity: Activity, names: Iterable<string>): Row {
  const row: Row = {}
  for (const name of names) {
    const column = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined
    if (column) row[name] = column(activity)
  }
  return row
}

/** The row as it is sent, dates in the portal's time zone; COMMUNICATIONS only when they are named. */
export function sentActivity(world: World, activity: Activity, names: Iterable<string>): Row {
  const wanted = new Set(names)
  const write = (value: unknown) => (value instanceof Date ? isoWithOffset(value, world.offsetMinutes) : value)
  const fields = Object.entries(activityRow(activity, wanted)).map(([name, value]) => [name, write(value)])
  const communications = wanted.has('COMMUNICATIONS') ? { COMMUNICATIONS: communicationRows(activity) } : {}
  return { ...Object.fromEntries(fields), ...communications }
}

function communicationRows(activity: Activity): Row[] {
  return activity.communications.map(({ type, value, entityTypeId, entityId }, index) => ({
    ID: String(activity.id * 10 + index),
    TYPE: type,
    VALUE: value,
    ENTITY_ID: String(entityId),
    ENTITY_TYPE_ID: String(entityTypeId),
    ENTITY_SETTINGS: [],
  }))
}
