import type { ItemType } from '../bitrix24/directory/item-types.ts'
import type { Faults } from '../texts/field-error.ts'
import type { Author, CheckParts } from './author.ts'
import { checkTrigger } from './check-trigger.ts'
import type { TriggerSettings } from './settings.ts'
import type { TriggerInput } from './trigger-schema.ts'

export type Dropping =
  | { ok: true; settings: TriggerSettings; dropped: string[] }
  /** Something that a trigger cannot be without does not fit. */
  | { ok: false; faults: Faults; dropped: string[] }

/** Checks a trigger for a place it was not made for: what may be left out and does not fit is dropped, by the name of its field. */
export async function checkDropping(
  parts: CheckParts,
  author: Author,
  types: readonly ItemType[],
  given: TriggerInput,
): Promise<Dropping> {
  let input = given
  const dropped: string[] = []
  for (;;) {
    const checked = await checkTrigger(parts, author, types, input)
    if (checked.ok) return { ok: true, settings: checked.settings, dropped }
    for (const path of Object.keys(checked.faults)) {
      const without = drop(input, path)
      if (without === null || dropped.includes(without.name)) return { ok: false, faults: checked.faults, dropped }
      input = without.input
      dropped.push(without.name)
    }
  }
}

/** The trigger without a part, and that part's name; `null`: it cannot be without. */
function drop(input: TriggerInput, path: string): { input: TriggerInput; name: string } | null {
  const [first, second] = path.split('.')
  if (first === 'fromStages') return { input: { ...input, fromStages: [] }, name: first }
  if (first === 'changeStageAs') return { input: { ...input, changeStageAs: { type: 'responsible' } }, name: first }
  if (first !== 'fields' || second === undefined || !(second in input.fields)) return null
  const { [second]: _, ...fields } = input.fields
  return { input: { ...input, fields }, name: `fields.${second}` }
}
