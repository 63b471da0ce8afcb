import type { Form } from '../../world/channel.ts'
import type { Row } from '../filter/read-filter.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { legacyParam } from '../params.ts'
import { yesNo } from '../php.ts'

/** The undocumented list of CRM forms (platform.md 5.5, 10.7); there or not by the switch `webformList`. */
export const crmWebform: Methods = {
  'crm.webform.list': { scopes: ['crm'], run: list },
}

function list({ portal, params }: Call): Outcome {
  const withInactive = String(legacyParam(params, 'GET_INACTIVE')) === 'Y'
  const forms = portal.world.forms.filter((form) => form.active || withInactive)
  return { result: [...forms].sort((one, other) => other.id - one.id).map(formRow) }
}

function formRow({ id, name, isCallback, active }: Form): Row {
  return {
    ID: String(id),
    NAME: name,
    SECURITY_CODE: `s3cr${id}`,
    IS_CALLBACK_FORM: yesNo(isCallback),
    ACTIVE: yesNo(active),
    XML_ID: null,
    URL: `https://acme.example/pub/form/${id}/`,
  }
}
