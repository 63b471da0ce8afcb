import { PortalError } from '../errors.ts'
import type { PortalClient } from '../types.ts'
import { type DirectoryAnswer, missingBy, rowsOf } from './answer.ts'
import { byTitle, type Entry } from './entry.ts'

/** The most that `imopenlines.config.list.get` gives at once; it tells no total. */
const pageSize = 200

/** Active Open Channels. */
export async function readChannels(client: PortalClient): Promise<DirectoryAnswer<Entry[]>> {
  const channels: Entry[] = []
  try {
    for (let offset = 0; ; offset += pageSize) {
      const select = ['ID', 'LINE_NAME', 'ACTIVE']
      const PARAMS = { select, filter: { ACTIVE: 'Y' }, order: { ID: 'ASC' }, limit: pageSize, offset }
      const { result } = await client.call('imopenlines.config.list.get', { PARAMS })
      const rows = rowsOf(result)
      channels.push(...rows.map((row) => ({ id: String(row.ID), title: String(row.LINE_NAME ?? row.ID) })))
      if (rows.length < pageSize) return { ok: true, value: byTitle(channels) }
    }
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    return { ok: false, missing: missingBy(error, 'imopenlines', 'imopenlines.read') }
  }
}
