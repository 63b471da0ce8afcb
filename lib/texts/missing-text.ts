import type { Missing } from '../domain/missing.ts'
import type { TextKey } from './translate.ts'

/** The text that says what a portal lacks: a scope, a right of the person whose access reads, or a method. */
export const missingText = {
  crm: 'missing.scope-crm',
  telephony: 'missing.scope-telephony',
  imopenlines: 'missing.scope-imopenlines',
  placement: 'missing.scope-placement',
  bizproc: 'missing.scope-bizproc',
  user_brief: 'missing.scope-user',
  'crm.read': 'missing.right-crm',
  'telephony.numbers': 'missing.right-numbers',
  'telephony.statistics': 'missing.right-call-statistics',
  'imopenlines.read': 'missing.right-channels',
  'users.read': 'missing.right-users',
  'crm.webform.list': 'missing.method-forms',
} as const satisfies Record<Missing | 'placement' | 'bizproc', TextKey>
