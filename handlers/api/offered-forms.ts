import type { DirectoryAnswer } from '../../lib/portal/directory/answer.ts'
import { byTitle, type Entry } from '../../lib/portal/directory/entry.ts'
import { listForms } from '../../lib/store/list-forms.ts'
import { rememberForms } from '../../lib/store/remember-forms.ts'
import type { Stagecue } from '../../lib/wire.ts'

/**
 * The callback forms of a portal. Where it does not list them, those whose submissions were seen so far, which are remembered: some
 * of them may be ordinary forms, so a trigger has to choose one.
 */
export async function offeredForms(
  { db, directory }: Pick<Stagecue, 'db' | 'directory'>,
  portal: string,
): Promise<DirectoryAnswer<Entry[]>> {
  const answer = await directory.readForms(portal)
  if (!answer.ok || answer.missing === undefined) return answer
  await rememberForms(db, portal, answer.value)
  return { ...answer, value: byTitle(await listForms(db, portal)) }
}
