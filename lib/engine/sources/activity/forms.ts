import { z } from 'zod'
import type { Command } from '../../../bitrix24/client/rest.ts'
import { phpList } from '../../../bitrix24/php-list.ts'
import type { Round } from '../../../queue/job.ts'
import type { SeenForm } from '../../../store/forms.ts'
import { findKnownKeys } from '../../../store/occurrences.ts'
import { isSubmission } from '../../../triggers/form-submitted.ts'
import type { ReadyTrigger } from '../../../triggers/trigger.ts'
import type { Reading } from '../../snapshot/snapshot.ts'
import type { ActivityRow } from './activity-facts.ts'

const formSchema = z.object({ ID: z.coerce.string().min(1), IS_CALLBACK_FORM: z.unknown() })

/** Read along with activities: which of them are submissions of callback forms shows only then. */
export const formsCommand: Command = { method: 'crm.webform.list', params: { GET_INACTIVE: 'Y' } }

/** Whether forms are callback forms; null: it is no list of forms (`platform.md` 5.5). */
export function parseForms(result: unknown): Map<string, boolean> | null {
  const rows = phpList(result)
  return rows && new Map(rows.flatMap(callbackOf))
}

/**
 * Says of new submissions in the reading whether their form is a callback form. Where the portal has no list of forms, returns
 * the forms instead, to be remembered.
 */
export async function knowForms(
  round: Round,
  reading: Reading,
  triggers: readonly ReadyTrigger[],
): Promise<SeenForm[]> {
  if (!triggers.some(({ kind }) => kind === 'form-submitted')) return []
  const submissions = await newSubmissions(round, reading)
  markForms(reading, submissions)
  if (reading.forms) return []
  return submissions.flatMap(({ providerTypeId: id }) => (id === '' ? [] : [{ id, title: id }]))
}

/** Says of submissions whether their form is a callback form, as far as the reading knows. */
export function markForms(reading: Reading, submissions: readonly ActivityRow[] = submissionsIn(reading)): void {
  for (const activity of submissions) {
    const callback = reading.forms?.get(activity.providerTypeId) ?? null
    reading.activities.set(activity.id, { ...activity, form: { callback } })
  }
}

function submissionsIn({ activities }: Reading): ActivityRow[] {
  return [...activities.values()].flatMap((row) => (row && isSubmission(row) ? [row] : []))
}

async function newSubmissions(round: Round, reading: Reading): Promise<ActivityRow[]> {
  const all = submissionsIn(reading)
  const key = ({ id }: ActivityRow) => `form-submitted:${id}`
  const counted = await findKnownKeys(round.db, round.portal.memberId, all.map(key))
  return all.filter((activity) => !counted.has(key(activity)))
}

function callbackOf(row: unknown): [string, boolean][] {
  const form = formSchema.safeParse(row).data
  return form ? [[form.ID, form.IS_CALLBACK_FORM === 'Y']] : []
}
