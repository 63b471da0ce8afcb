import { submitForm } from '../../acts/form.ts'
import type { ActGroup } from './act.ts'

/** Forms on the customer's way into CRM. */
export const FORM: ActGroup = {
  title: 'Form',
  choice: { label: 'Form', from: 'forms' },
  acts: {
    form: {
      label: 'Fills in the form',
      told: 'filled in a form.',
      run: (portal, { name, phone, email }, form) => submitForm(portal, Number(form), { name, phone, email }),
    },
  },
}
