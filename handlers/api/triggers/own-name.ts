import type { Db } from '../../../lib/store/database.ts'
import { listTriggers } from '../../../lib/store/triggers.ts'
import { type Language, translate } from '../../../lib/texts/translate.ts'
import type { TriggerSettings } from '../../../lib/trigger-settings/settings.ts'

/** Names are as long at most. */
const MAX_NAME_CHARS = 200

/** The settings under a name that no other trigger of the pipeline has: a copy is called one where it stands beside its original. */
export async function ownName(
  db: Db,
  portal: string,
  settings: TriggerSettings,
  language: Language,
): Promise<TriggerSettings> {
  const { entityTypeId, categoryId } = settings
  const usedNames = new Set((await listTriggers(db, portal, { entityTypeId, categoryId })).map(({ name }) => name))
  let name = settings.name
  while (usedNames.has(name)) name = copyName(name, language)
  return { ...settings, name }
}

/** Long names lose their end, so that the mark of a copy has room. */
function copyName(name: string, language: Language): string {
  const mark = translate(language, 'triggers.copy', { name: '' })
  // Half of a character outside the first plane is none.
  const start = name.slice(0, MAX_NAME_CHARS - mark.length).replace(/[\uD800-\uDBFF]$/, '')
  return `${start.trimEnd()}${mark}`
}
