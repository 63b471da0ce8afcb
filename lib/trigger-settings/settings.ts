import { isLooselyBound } from '../domain/entity-types.ts'
import type { KindCode } from '../domain/kind-code.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'
import { type Language, translate } from '../texts/translate.ts'
import type { TriggerInput } from './trigger-schema.ts'

/** The settable part of a trigger, with the defaults that depend on kind, type and language filled in. */
export function settingsOf(input: TriggerInput, kind: KindCode, fields: Record<string, unknown>, language: Language) {
  return {
    kind,
    name: input.name ?? translate(language, `kinds.${kind}.title`),
    entityTypeId: input.entityTypeId,
    categoryId: input.categoryId,
    stageId: input.stageId,
    fromStages: [...new Set(input.fromStages)],
    changeStageAs: input.changeStageAs,
    allowMovingBack: input.allowMovingBack,
    fields,
    whenSeveral: input.whenSeveral,
    viaClient: input.viaClient ?? isLooselyBound(input.entityTypeId),
    ifNoAccess: input.ifNoAccess,
    mode: input.mode,
    enabled: input.enabled,
  }
}

export type TriggerSettings = ReturnType<typeof settingsOf>

/** The settable part of a trigger as a request would give it: to copy and to export. */
export function inputOf(trigger: ReadyTrigger): TriggerInput {
  const { kind, name, entityTypeId, categoryId, stageId, fromStages, changeStageAs, allowMovingBack } = trigger
  const { fields, whenSeveral, viaClient, ifNoAccess, mode, enabled } = trigger
  const place = { kind, name, entityTypeId, categoryId, stageId, fromStages, changeStageAs, allowMovingBack }
  return { ...place, fields, whenSeveral, viaClient, ifNoAccess, mode, enabled }
}

/** A trigger that is made now. */
export function newTrigger(settings: TriggerSettings, createdBy: number, now: Date): Omit<ReadyTrigger, 'id'> {
  const at = now.toISOString()
  return { ...settings, version: 1, createdAt: at, updatedAt: at, createdBy, attention: null, readyAt: at }
}

/**
 * A trigger that is saved again. What happened before it was made, switched on or set live is stale, so `readyAt` moves only
 * then; saving clears its attention.
 */
export function changedTrigger(before: ReadyTrigger, settings: TriggerSettings, now: Date): ReadyTrigger {
  const at = now.toISOString()
  const switchedOn = settings.enabled && !before.enabled
  const setLive = settings.mode === 'live' && before.mode !== 'live'
  return {
    ...before,
    ...settings,
    version: before.version + 1,
    updatedAt: at,
    attention: null,
    readyAt: switchedOn || setLive ? at : before.readyAt,
  }
}
