import type { Insertable } from 'kysely'
import type { ReadyTrigger } from '../triggers/trigger.ts'
import type { TriggerTable } from './schema.ts'

/** A trigger as its row, the counterpart of `triggerFromRow`. */
export function triggerValues(portal: string, trigger: Omit<ReadyTrigger, 'id'>): Insertable<TriggerTable> {
  return {
    portal,
    version: trigger.version,
    kind: trigger.kind,
    name: trigger.name,
    entity_type_id: trigger.entityTypeId,
    category_id: trigger.categoryId,
    stage_id: trigger.stageId,
    from_stages: JSON.stringify(trigger.fromStages),
    acting_user_id: trigger.changeStageAs.type === 'user' ? trigger.changeStageAs.userId : null,
    allow_moving_back: trigger.allowMovingBack ? 1 : 0,
    fields: JSON.stringify(trigger.fields),
    when_several: trigger.whenSeveral,
    via_client: trigger.viaClient ? 1 : 0,
    if_no_access: trigger.ifNoAccess,
    mode: trigger.mode,
    enabled: trigger.enabled ? 1 : 0,
    ready_at: trigger.readyAt,
    attention: trigger.attention === null ? null : JSON.stringify(trigger.attention),
    created_at: trigger.createdAt,
    created_by: trigger.createdBy,
    updated_at: trigger.updatedAt,
  }
}
