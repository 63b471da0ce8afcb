import type { DirectoryAnswer } from '../../../lib/bitrix24/directory/answer.ts'
import type { FormEntry } from '../../../lib/bitrix24/directory/forms.ts'
import type { Services } from '../../../lib/services.ts'
import { listForms, TOO_MANY_FORMS, upsertForms } from '../../../lib/store/forms.ts'

/**
 * The callback forms of a portal. Where it does not list them, those whose submissions were seen so far, which are remembered, the ones
 * submitted last first: some of them may be ordinary forms, so a trigger has to choose one.
 */
export async function offeredForms(
  { db, directory, log }: Pick<Services, 'db' | 'directory' | 'log'>,
  portal: string,
): Promise<DirectoryAnswer<FormEntry[]>> {
  const answer = await directory.readForms(portal)
  if (!answer.ok || answer.missing === undefined) return answer
  if (await upsertForms(db, portal, answer.value)) log.warn({ portal }, TOO_MANY_FORMS)
  const seen = await listForms(db, portal)
  const earlier = seen.filter(({ id }) => !answer.value.some((form) => form.id === id))
  return { ...answer, value: [...answer.value, ...earlier] }
}
