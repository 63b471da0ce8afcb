import { rowsOf } from '../../domain/php-values.ts'
import { PAGE_ROWS } from '../client/page-sizes.ts'
import type { PortalClient } from '../client/portal-clients.ts'
import { PortalError } from '../errors/errors.ts'
import { type DirectoryAnswer, missingBy, optional } from './answer.ts'
import { byTitle, type Entry } from './entry.ts'

/** A CRM form. Where the portal lists none, it has no name, and is told by the time of its newest submission. */
export type FormEntry = Entry & Readonly<{ submittedAt?: string }>

/** So many submissions are looked through for forms. */
const submissions = 200

/**
 * Active callback forms: no other form can fire a trigger (`triggers.md`, "Forms"). The method is not documented and missing in some
 * portals (`platform.md` 5.5): then the answer says so and has the forms of the newest submissions, newest first, of whatever sort they are.
 * Security codes are not kept.
 */
export async function readForms(client: PortalClient): Promise<DirectoryAnswer<FormEntry[]>> {
  try {
    const { result } = await client.call('crm.webform.list', { GET_INACTIVE: 'N' })
    const forms = rowsOf(result).filter((row) => row.ACTIVE !== 'N' && row.IS_CALLBACK_FORM === 'Y')
    const entries = forms.map((row) => ({ id: String(row.ID), title: String(row.NAME ?? row.ID) }))
    return { ok: true, value: byTitle(entries) }
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    const missing = missingBy(error, 'crm', 'crm.read', 'crm.webform.list')
    if (missing !== 'crm.webform.list') return { ok: false, missing }
    return { ok: true, value: await seenForms(client), missing }
  }
}

/** A submission names its form by id alone: its subject may hold the customer's telephone number (`platform.md` 5.2). */
async function seenForms(client: PortalClient): Promise<FormEntry[]> {
  const select = ['ID', 'PROVIDER_TYPE_ID', 'CREATED']
  const pages = Array.from({ length: submissions / PAGE_ROWS }, (_, page) => {
    const params = { filter: { PROVIDER_ID: 'CRM_WEBFORM' }, order: { ID: 'DESC' }, select, start: page * PAGE_ROWS }
    return [`page_${page}`, { method: 'crm.activity.list', params }] as const
  })
  const { results } = await client.batch(Object.fromEntries(pages))
  const rows = Object.values(results).flatMap((answer) => rowsOf(optional(answer)))
  const newest = new Map<string, string>()
  for (const { PROVIDER_TYPE_ID: id, CREATED: at } of rows) {
    if (id && !newest.has(String(id))) newest.set(String(id), String(at ?? ''))
  }
  return [...newest].map(([id, at]) => ({ id, title: id, ...momentOf(at) }))
}

function momentOf(text: string): { submittedAt?: string } {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? {} : { submittedAt: at.toISOString() }
}
