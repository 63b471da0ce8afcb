import { searchText } from '../common/search-text.ts'
import type { Group, Kind, Pipeline, Stage, Trigger } from '../model.ts'

/** A column for each stage with the triggers that move items there. */
export type Column = { stage: Stage; triggers: Trigger[] }

/** A column for each stage in the portal's order; triggers whose stage is gone stand apart, so that nobody overlooks them. */
export function columnsOf(pipeline: Pipeline, triggers: readonly Trigger[]): { columns: Column[]; lost: Trigger[] } {
  const columns = pipeline.stages.map((stage) => {
    return { stage, triggers: triggers.filter(({ stageId }) => stageId === stage.stageId) }
  })
  const known = new Set(pipeline.stages.map(({ stageId }) => stageId))
  return { columns, lost: triggers.filter(({ stageId }) => !known.has(stageId)) }
}

/** Which triggers a board shows: all that suit every part. `person`: `responsible`, or the id of whom the trigger acts as. */
export type BoardFilter = { search: string; group: Group | 'all'; state: TriggerState | 'all'; person: string }

export const noFilter: BoardFilter = { search: '', group: 'all', state: 'all', person: 'all' }

export function isFiltering({ search, group, state, person }: BoardFilter): boolean {
  return search.trim() !== '' || group !== 'all' || state !== 'all' || person !== 'all'
}

/** Triggers that suit the filter. The search looks at all that a card says (`textOf`); capital letters do not matter. */
export function filterTriggers(
  triggers: readonly Trigger[],
  kinds: readonly Kind[],
  filter: BoardFilter,
  textOf: (trigger: Trigger) => string,
): Trigger[] {
  const wanted = searchText(filter.search.trim())
  return triggers.filter((trigger) => {
    const kind = kinds.find((one) => one.kind === trigger.kind)
    if (filter.group !== 'all' && kind?.group !== filter.group) return false
    if (filter.state !== 'all' && stateOf(trigger) !== filter.state) return false
    if (filter.person !== 'all' && personOf(trigger) !== filter.person) return false
    return searchText(`${trigger.name}\n${kind?.title ?? ''}\n${textOf(trigger)}`).includes(wanted)
  })
}

/** As whom the trigger acts, as the filter names it. */
export function personOf({ changeStageAs }: Pick<Trigger, 'changeStageAs'>): string {
  return changeStageAs.type === 'responsible' ? changeStageAs.type : String(changeStageAs.userId)
}

export const triggerStates = ['on', 'watching', 'off', 'attention'] as const

export type TriggerState = (typeof triggerStates)[number]

export function stateOf({ attention, enabled, mode }: Pick<Trigger, 'attention' | 'enabled' | 'mode'>): TriggerState {
  if (attention !== null) return 'attention'
  if (!enabled) return 'off'
  return mode === 'watch' ? 'watching' : 'on'
}

/** Is what a trigger wants attention for wrong in its own settings, so that its form mends it? */
export function isOwnFault(reason: string): boolean {
  return reason === 'stage-gone' || reason === 'moves-nothing' || reason === 'no-client'
}

/** The one choice that a trigger's switch and its mode are for people. */
export const modes = ['on', 'watching', 'off'] as const

export type Mode = (typeof modes)[number]

export function modeOf({ enabled, mode }: Pick<Trigger, 'enabled' | 'mode'>): Mode {
  if (!enabled) return 'off'
  return mode === 'watch' ? 'watching' : 'on'
}

/** The settings that a choice means; a trigger that is switched off keeps what it did. */
export function settingsOfMode(mode: Mode): Pick<Trigger, 'enabled'> & Partial<Pick<Trigger, 'mode'>> {
  if (mode === 'off') return { enabled: false }
  return { enabled: true, mode: mode === 'on' ? 'live' : 'watch' }
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

export type Direction = 'up' | 'down' | 'left' | 'right'

/** The card beside a card: above and below in its column, or in the next column on that side that has any, as far down. */
export function cardBeside(columns: readonly Column[], id: string, direction: Direction): Trigger | null {
  const at = columns.findIndex(({ triggers }) => triggers.some((trigger) => trigger.id === id))
  const row = columns[at]?.triggers.findIndex((trigger) => trigger.id === id) ?? -1
  if (row < 0) return null
  if (direction === 'up' || direction === 'down') {
    return columns[at]?.triggers[direction === 'up' ? row - 1 : row + 1] ?? null
  }
  const beside = direction === 'left' ? columns.slice(0, at).toReversed() : columns.slice(at + 1)
  const triggers = beside.find((column) => column.triggers.length > 0)?.triggers ?? []
  return triggers[Math.min(row, triggers.length - 1)] ?? null
}
