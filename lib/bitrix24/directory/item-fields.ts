import type { PortalClient } from '../client/portal-clients.ts'
import { NotFoundError, PortalError } from '../errors/errors.ts'
import { type DirectoryAnswer, missingBy } from './answer.ts'
import { byTitle, type Entry } from './entry.ts'

/** The fields of a type of item under their names in `crm.item.*` (`platform.md` 5.6); none where there is no such type. */
export async function readItemFields(client: PortalClient, entityTypeId: number): Promise<DirectoryAnswer<Entry[]>> {
  try {
    const { result } = await client.call('crm.item.fields', { entityTypeId })
    const fields = Object.entries((result as { fields?: object } | null)?.fields ?? {})
    const entries = fields.map(([id, field]) => ({ id, title: String((field as { title?: unknown }).title ?? id) }))
    return { ok: true, value: byTitle(entries) }
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    return error instanceof NotFoundError
      ? { ok: true, value: [] }
      : { ok: false, missing: missingBy(error, 'crm', 'crm.read') }
  }
}
