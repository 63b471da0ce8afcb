import { PortalError } from '../errors.ts'
import type { PortalClient } from '../types.ts'
import { type DirectoryAnswer, missingBy, rowsOf } from './answer.ts'
import { byTitle, type Entry } from './entry.ts'

/**
 * Active callback forms: no other form can fire a trigger (`triggers.md`, "Forms"). The method is not documented and missing in some
 * portals (`platform.md` 5.5): then the list is empty and says so. Its security codes are not kept.
 */
export async function readForms(client: PortalClient): Promise<DirectoryAnswer<Entry[]>> {
  try {
    const { result } = await client.call('crm.webform.list', { GET_INACTIVE: 'N' })
    const forms = rowsOf(result).filter((row) => row.ACTIVE !== 'N' && row.IS_CALLBACK_FORM === 'Y')
    const entries = forms.map((row) => ({ id: String(row.ID), title: String(row.NAME ?? row.ID) }))
    return { ok: true, value: byTitle(entries) }
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    const missing = missingBy(error, 'crm', 'crm.read', 'crm.webform.list')
    return missing === 'crm.webform.list' ? { ok: true, value: [], missing } : { ok: false, missing }
  }
}
