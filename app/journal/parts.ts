import type { Format } from '../format.ts'
import type { Entry, ItemType } from '../model.ts'
import type { Names } from '../names.ts'
import type { Translate } from '../translate.ts'

/** What stories are written with. */
export type Parts = {
  t: Translate
  te: (key: string) => boolean
  names: Names
  format: Format
  types: readonly ItemType[]
}

/** The place whose stages an entry speaks of: its item's type, else its trigger's. */
export function placeOf({ item, story }: Entry): { entityTypeId: number } {
  return { entityTypeId: item?.entityTypeId ?? story.setting?.entityTypeId ?? 0 }
}

/** A fact that is a text; empty where there is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** A fact that is a number; null where there is none. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
