import { z } from 'zod'
import type { Command } from '../../../bitrix24/client/rest.ts'
import { phpList } from '../../../bitrix24/php-list.ts'
import type { SeenForm } from '../../../store/forms.ts'
import { findKnownKeys } from '../../../store/occurrences.ts'
import { isSubmission } from '../../../triggers/form-submitted.ts'
import type { JobContext } from '../../context.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { snapshotPart } from '../../snapshot/snapshot-part.ts'
import type { ActivityRow } from './activity-facts.ts'

const formSchema = z.object({ ID: z.coerce.string().min(1), IS_CALLBACK_FORM: z.unknown() })

/** CRM forms of a turn, and whether they are callback forms; null: not asked for, or the portal does not tell. */
export const formsOf = snapshotPart(() => ({ known: null as Map<string, boolean> | null }))

/** Read along with activities: which of them are submissions of callback forms shows only then. */
export const formsCommand: Command = { method: 'crm.webform.list', params: { GET_INACTIVE: 'Y' } }

/** Whether forms are callback forms; null: it is no list of forms (`platform.md` 5.5). */
export function parseForms(result: unknown): Map<string, boolean> | null {
  const rows = phpList(result)
  return rows && new Map(rows.flatMap(callbackOf))
}

/**
 * Says of new submissions in the snapshot whether their form is a callback form. Where the portal has no list of forms, returns
 * the forms instead, to be remembered.
 */
export async function classifyForms(context: JobContext, snapshot: PortalSnapshot): Promise<SeenForm[]> {
  const submissions = await newSubmissions(context, snapshot)
  labelForms(snapshot, submissions)
  if (formsOf(snapshot).known) return []
  return submissions.flatMap(({ providerTypeId: id }) => (id === '' ? [] : [{ id, title: id }]))
}

/** Says of submissions whether their form is a callback form, as far as the snapshot knows. */
export function labelForms(
  snapshot: PortalSnapshot,
  submissions: readonly ActivityRow[] = submissionsIn(snapshot),
): void {
  for (const activity of submissions) {
    const callback = formsOf(snapshot).known?.get(activity.providerTypeId) ?? null
    snapshot.activities.set(activity.id, { ...activity, form: { callback } })
  }
}

function submissionsIn({ activities }: PortalSnapshot): ActivityRow[] {
  return [...activities.values()].flatMap((row) => (row && isSubmission(row) ? [row] : []))
}

async function newSubmissions(context: JobContext, snapshot: PortalSnapshot): Promise<ActivityRow[]> {
  const all = submissionsIn(snapshot)
  const key = ({ id }: ActivityRow) => `form-submitted:${id}`
  const counted = await findKnownKeys(context.db, context.portal.memberId, all.map(key))
  return all.filter((activity) => !counted.has(key(activity)))
}

function callbackOf(row: unknown): [string, boolean][] {
  const form = formSchema.safeParse(row).data
  return form ? [[form.ID, form.IS_CALLBACK_FORM === 'Y']] : []
}
