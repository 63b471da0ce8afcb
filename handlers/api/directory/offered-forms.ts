import type { DirectoryAnswer } from '../../../lib/bitrix24/directory/answer.ts'
import { byTitle, type Entry } from '../../../lib/bitrix24/directory/entry.ts'
import type { Services } from '../../../lib/services.ts'
import { listForms, upsertForms } from '../../../lib/store/forms.ts'

/**
 * The callback forms of a portal. Where it does not list them, those whose submissions were seen so far, which are remembered: some
 * of them may be ordinary forms, so a trigger has to choose one.
 */
export async function offeredForms(
  { db, directory }: Pick<Services, 'db' | 'directory'>,
  portal: string,
): Promise<DirectoryAnswer<Entry[]>> {
  const answer = await directory.readForms(portal)
  if (!answer.ok || answer.missing === undefined) return answer
  await upsertForms(db, portal, answer.value)
  return { ...answer, value: byTitle(await listForms(db, portal)) }
}
