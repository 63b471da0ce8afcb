import type { Activity } from '../world/activity.ts'
import { isoWithOffset } from '../world/dates.ts'
import type { World } from '../world/world.ts'
import type { Row } from './filter.ts'
import { phpMap, yesNo } from './php.ts'

/** An activity as the legacy methods know it (platform.md 5.1, appendix A); dates still as `Date`, for filters and sorting. */
export function activityRow(activity: Activity): Row {
  const owner = activity.bindings[0]
  return {
    ID: String(activity.id),
    OWNER_ID: String(owner?.id ?? 0),
    OWNER_TYPE_ID: String(owner?.entityTypeId ?? 0),
    TYPE_ID: String(activity.typeId),
    PROVIDER_ID: activity.providerId,
    PROVIDER_TYPE_ID: activity.providerTypeId,
    PROVIDER_GROUP_ID: null,
    ASSOCIATED_ENTITY_ID: String(activity.associatedEntityId),
    SUBJECT: activity.subject,
    CREATED: activity.created,
    LAST_UPDATED: activity.lastUpdated,
    START_TIME: activity.startTime,
    END_TIME: activity.endTime,
    DEADLINE: activity.endTime,
    COMPLETED: yesNo(activity.completed),
    STATUS: activity.completed ? '2' : '1',
    RESPONSIBLE_ID: String(activity.responsibleId),
    PRIORITY: '2',
    NOTIFY_TYPE: '0',
    NOTIFY_VALUE: '0',
    DESCRIPTION: activity.description,
    DESCRIPTION_TYPE: String(activity.descriptionType),
    DIRECTION: String(activity.direction),
    LOCATION: '',
    SETTINGS: phpMap(activity.settings),
    ORIGINATOR_ID: null,
    ORIGIN_ID: activity.originId,
    AUTHOR_ID: String(activity.authorId),
    EDITOR_ID: String(activity.editorId),
    PROVIDER_PARAMS: phpMap(activity.providerParams),
    PROVIDER_DATA: null,
    RESULT_MARK: '0',
    RESULT_VALUE: null,
    RESULT_SUM: null,
    RESULT_CURRENCY_ID: null,
    RESULT_STATUS: String(activity.resultStatus),
    RESULT_STREAM: String(activity.resultStream),
    RESULT_SOURCE_ID: activity.resultSourceId,
    AUTOCOMPLETE_RULE: '0',
    IS_INCOMING_CHANNEL: yesNo(activity.isIncomingChannel),
  }
}

/** COMMUNICATIONS, which lists give only when they are selected. */
export function communicationRows(activity: Activity): Row[] {
  return activity.communications.map(({ type, value, entityTypeId, entityId }, index) => ({
    ID: String(activity.id * 10 + index),
    TYPE: type,
    VALUE: value,
    ENTITY_ID: String(entityId),
    ENTITY_TYPE_ID: String(entityTypeId),
    ENTITY_SETTINGS: [],
  }))
}

const DATES = ['CREATED', 'LAST_UPDATED', 'START_TIME', 'END_TIME', 'DEADLINE'] as const

/** The row as it is sent. */
export function sentActivity(world: World, row: Row): Row {
  const dates = DATES.filter((name) => row[name] instanceof Date)
  return {
    ...row,
    ...Object.fromEntries(dates.map((name) => [name, isoWithOffset(row[name] as Date, world.offsetMinutes)])),
  }
}
