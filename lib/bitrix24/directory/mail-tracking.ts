import { z } from 'zod'
import type { PortalClient } from '../client/portal-clients.ts'
import { PortalError } from '../errors/errors.ts'
import { phpList } from '../php-list.ts'
import { type DirectoryAnswer, missingBy } from './answer.ts'

/** Does CRM track the e-mails that it sends? `unknown`: it has sent none lately. */
export type MailTracking = 'on' | 'off' | 'unknown'

/** So many of the newest e-mails of CRM have to agree: one may have been sent otherwise. */
const TELLING = 5

const rowSchema = z.object({ SETTINGS: z.object({ IS_BATCH_EMAIL: z.unknown() }) })

/**
 * Whether the portal tracks views and clicks, by the newest e-mails that CRM sent: their IS_BATCH_EMAIL is null where tracking is off, and
 * missing where it was not CRM that sent them (`platform.md` 10.3).
 */
export async function readMailTracking(client: PortalClient): Promise<DirectoryAnswer<MailTracking>> {
  try {
    const params = {
      filter: { TYPE_ID: 4, DIRECTION: 2 },
      order: { ID: 'DESC' },
      select: ['ID', 'SETTINGS'],
      start: -1,
    }
    const { result } = await client.call('crm.activity.list', params)
    const marks = (phpList(result) ?? []).flatMap((row) => {
      const { data } = rowSchema.safeParse(row)
      return data === undefined || data.SETTINGS.IS_BATCH_EMAIL === undefined ? [] : [data.SETTINGS.IS_BATCH_EMAIL]
    })
    const newest = marks.slice(0, TELLING)
    if (newest.length === 0) return { ok: true, value: 'unknown' }
    return { ok: true, value: newest.every((mark) => mark === null) ? 'off' : 'on' }
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    return { ok: false, missing: missingBy(error, 'crm', 'crm.read') }
  }
}
