import type { Group, Kind, Pipeline, Stage, Trigger } from '../model.ts'

/** A stage with the triggers that move items there. */
export type Column = { stage: Stage; triggers: Trigger[] }

/** A column for each stage in the portal's order; triggers whose stage is gone stand apart, so that nobody overlooks them. */
export function columnsOf(pipeline: Pipeline, triggers: readonly Trigger[]): { columns: Column[]; lost: Trigger[] } {
  const columns = pipeline.stages.map((stage) => {
    return { stage, triggers: triggers.filter(({ stageId }) => stageId === stage.stageId) }
  })
  const known = new Set(pipeline.stages.map(({ stageId }) => stageId))
  return { columns, lost: triggers.filter(({ stageId }) => !known.has(stageId)) }
}

/** Triggers of the group whose name, or whose kind's title, holds the words; capital letters do not matter. */
export function filterTriggers(
  triggers: readonly Trigger[],
  kinds: readonly Kind[],
  { search, group }: { search: string; group: Group | null },
): Trigger[] {
  const wanted = search.trim().toLowerCase()
  return triggers.filter((trigger) => {
    const kind = kinds.find((one) => one.kind === trigger.kind)
    if (group !== null && kind?.group !== group) return false
    return `${trigger.name}\n${kind?.title ?? ''}`.toLowerCase().includes(wanted)
  })
}

export type TriggerState = 'attention' | 'off' | 'watching' | 'on'

export function stateOf({ attention, enabled, mode }: Trigger): TriggerState {
  if (attention !== null) return 'attention'
  if (!enabled) return 'off'
  return mode === 'watch' ? 'watching' : 'on'
}

/** Black or white, whichever is easier to read on the portal's colour (`#RRGGBB`; anything else counts as light). */
export function inkOn(color: string): '#000000' | '#ffffff' {
  const channels = color
    .match(/^#(..)(..)(..)$/)
    ?.slice(1)
    .map((hex) => Number.parseInt(hex, 16) / 255) ?? [1, 1, 1]
  const [red = 1, green = 1, blue = 1] = channels.map((value) =>
    value <= 0.04 ? value / 13 : ((value + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000000' : '#ffffff'
}

/** The nearest stage before or after that may be a target, for moves by keyboard. */
export function neighbourOf(pipeline: Pipeline, stageId: string, step: 1 | -1): Stage | null {
  const targets = pipeline.stages.filter((stage) => stage.canBeTarget || stage.stageId === stageId)
  const at = targets.findIndex((stage) => stage.stageId === stageId)
  return at < 0 ? null : (targets[at + step] ?? null)
}
