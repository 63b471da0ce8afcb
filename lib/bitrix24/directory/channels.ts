import { rowsOf } from '../../domain/php-values.ts'
import { readToEnd } from '../client/paging.ts'
import type { PortalClient } from '../client/portal-clients.ts'
import { PortalError } from '../errors/errors.ts'
import { type DirectoryAnswer, missingBy } from './answer.ts'
import { byTitle, type Entry } from './entry.ts'

/** The most that `imopenlines.config.list.get` gives at once; it tells no total. */
const pageSize = 200

/** Far more channels than a portal has. */
const mostPages = 10

/** Active Open Channels. */
export async function readChannels(client: PortalClient): Promise<DirectoryAnswer<Entry[]>> {
  const readPage = async (offset: number) => {
    const select = ['ID', 'LINE_NAME', 'ACTIVE']
    const PARAMS = { select, filter: { ACTIVE: 'Y' }, order: { ID: 'ASC' }, limit: pageSize, offset }
    return rowsOf((await client.call('imopenlines.config.list.get', { PARAMS })).result)
  }
  try {
    const rows = await readToEnd(readPage, { keyOf: (row) => row.ID, most: mostPages, size: pageSize })
    const channels = rows.map((row) => ({ id: String(row.ID), title: String(row.LINE_NAME ?? row.ID) }))
    return { ok: true, value: byTitle(channels) }
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    return { ok: false, missing: missingBy(error, 'imopenlines', 'imopenlines.read') }
  }
}
