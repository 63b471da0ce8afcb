/**
 * What a portal lacks for a directory: a scope of the app (plain name), a right of the person whose access reads, or a method
 * (name with a dot).
 */
export type Missing =
  | 'crm'
  | 'telephony'
  | 'imopenlines'
  | 'user_brief'
  | 'crm.read'
  | 'telephony.numbers'
  | 'telephony.statistics'
  | 'imopenlines.read'
  | 'users.read'
  | 'crm.webform.list'
