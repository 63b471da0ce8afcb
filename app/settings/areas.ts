import type { Format } from '../format.ts'
import type { Translate } from '../translate.ts'

/** What events and lists of the portal are about, by how their names begin; the first that fits. */
const areas: readonly (readonly [RegExp, string])[] = [
  [/^ONAPP/, 'app'],
  [/^(ONCRMACTIVITY|sweep:(changed-)?activities)/, 'activities'],
  [/^(ONVOXIMPLANT|ONEXTERNALCALL|sweep:calls)/, 'calls'],
  [/^(ONIM|ONOPENLINE)/, 'messages'],
  [/^ONCRMLEAD/, 'leads'],
  [/^ONCRMDEAL/, 'deals'],
  [/^ONCRMQUOTE/, 'estimates'],
  [/^(ONCRMDYNAMICITEM|sweep:items)/, 'items'],
  [/^ONCRMTYPE/, 'types'],
  [/^sweep:payments/, 'payments'],
  [/^sweep:stages/, 'stages'],
]

/** What these events and lists are about, each matter once, in words. */
export function areasText(names: readonly string[], { t, format }: { t: Translate; format: Format }): string {
  const found = names.map((name) => areas.find(([pattern]) => pattern.test(name))?.[1] ?? 'other')
  return format.list([...new Set(found)].map((area) => t(`areas.${area}`)))
}
