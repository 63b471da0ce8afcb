import { submitForm } from '../../acts/form.ts'
import type { ActGroup } from './act.ts'

/** Forms on the customer's way into CRM. */
export const FORM: ActGroup = {
  id: 'form',
  choice: { label: 'form', from: 'forms' },
  acts: {
    form: (portal, { name, phone, email }, form) => submitForm(portal, Number(form), { name, phone, email }),
  },
}
