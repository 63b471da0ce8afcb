import { addActivity } from '../changes/activities.ts'
import { addItem } from '../changes/items.ts'
import { NOBODY } from '../events/auth.ts'
import { SEED } from '../seed/names.ts'
import type { PortalState } from '../state.ts'
import type { Form } from '../world/channel.ts'
import { findClient, ref } from '../world/clients.ts'
import { CONTACT, DEAL, LEAD } from '../world/entity-types.ts'
import { nextId } from '../world/ids.ts'
import type { ItemRef } from '../world/item.ts'
import { communication, type Happening, INCOMING } from './options.ts'

export interface Submission extends Happening {
  phone?: string
  email?: string
  name?: string
}

export interface SubmissionResult {
  activityId: number
  resultId: number
  bindings: ItemRef[]
}

/** A customer fills in a CRM form: one activity; without given bindings also the item that the form makes (platform.md 10.7). */
export function submitForm(portal: PortalState, formId: number, submission: Submission = {}): SubmissionResult {
  const form = portal.world.forms.find((known) => known.id === formId)
  if (!form) throw new Error(`There is no form ${formId} in this portal`)
  const { phone = SEED.phones.kim, at } = submission
  const bindings = submission.bindings ?? itemsOf(portal, form, { ...submission, phone })
  const resultId = nextId(portal.world, 'form result')
  const activity = addActivity(
    portal,
    {
      ...INCOMING,
      typeId: 6,
      providerId: 'CRM_WEBFORM',
      providerTypeId: String(formId),
      associatedEntityId: resultId,
      subject: subjectOf(portal, form, phone),
      bindings,
      communications: communication('PHONE', phone, bindings),
      responsibleId: SEED.users.sam,
      providerParams: {
        FIELDS: [{ name: 'PHONE', caption: 'Phone', value: phone }],
        FORM: { LINK: 'https://acme.example/contact', IP: '192.0.2.10', IS_USED_USER_CONSENT: 'N' },
        VISITED_PAGES: [],
      },
    },
    { ...NOBODY, at },
  )
  return { activityId: activity.id, resultId, bindings }
}

/** The phrases around a form's name, and around the customer's number, in the portal's language (platform.md 5.2). */
const ENGLISH = { filledIn: 'Form filled in:', callback: 'Callback to' }
const TRANSLATED: Record<string, typeof ENGLISH> = {
  de: { filledIn: 'Formular ausgefüllt:', callback: 'Rückruf an' },
  ru: { filledIn: 'Заполнена форма:', callback: 'Обратный звонок на номер' },
}

function subjectOf({ world }: PortalState, form: Form, phone: string): string {
  const { filledIn, callback } = TRANSLATED[world.lang] ?? ENGLISH
  return form.isCallback ? `${callback} ${phone}` : `${filledIn} ${form.name}`
}

/** A lead, or a deal with the known contact. */
function itemsOf(portal: PortalState, form: Form, { phone, email, name, at }: Submission): ItemRef[] {
  if (form.creates === 'nothing') return []
  const title = `${form.name}: ${name ?? phone}`
  const common = { title, webformId: form.id, assignedById: SEED.users.sam }
  const cause = { ...NOBODY, at }
  if (form.creates === 'lead') {
    const known = { phones: phone ? [phone] : [], emails: email ? [email] : [] }
    return [ref(addItem(portal, { ...common, ...known, entityTypeId: LEAD }, cause))]
  }
  const client = findClient(portal.world, { phone, email })
  const contactIds = client?.entityTypeId === CONTACT ? [client.id] : []
  const deal = addItem(portal, { ...common, contactIds, entityTypeId: DEAL }, cause)
  return [ref(deal), ...contactIds.map((id) => ({ entityTypeId: CONTACT, id }))]
}
