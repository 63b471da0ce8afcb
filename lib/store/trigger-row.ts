import type { Selectable } from 'kysely'
import type { KindCode } from '../triggers/kind.ts'
import type { ReadyTrigger } from '../triggers/trigger.ts'
import type { TriggerTable } from './schema.ts'

/** A trigger's row as the trigger it is. */
export function triggerFromRow(row: Selectable<TriggerTable>): ReadyTrigger {
  return {
    id: String(row.id),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    createdBy: row.created_by,
    attention: row.attention === null ? null : JSON.parse(row.attention),
    kind: row.kind as KindCode,
    name: row.name,
    entityTypeId: row.entity_type_id,
    categoryId: row.category_id,
    stageId: row.stage_id,
    fromStages: JSON.parse(row.from_stages),
    changeStageAs: row.acting_user_id === null ? { type: 'responsible' } : { type: 'user', userId: row.acting_user_id },
    allowMovingBack: row.allow_moving_back === 1,
    fields: JSON.parse(row.fields),
    whenSeveral: row.when_several,
    viaClient: row.via_client === 1,
    ifNoAccess: row.if_no_access,
    mode: row.mode,
    enabled: row.enabled === 1,
    readyAt: row.ready_at,
  }
}
