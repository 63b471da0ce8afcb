import type { ReadyTrigger } from '../domain/trigger.ts'

/** What the audit keeps of a trigger: above all whose name it acts under. */
export function auditOf({ id, version, name, kind, changeStageAs, mode, enabled }: ReadyTrigger) {
  return { triggerId: id, version, name, kind, changeStageAs, mode, enabled }
}
