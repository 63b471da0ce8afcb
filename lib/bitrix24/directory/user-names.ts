import { boundedCache } from '../../bounded-cache.ts'
import { rowsOf } from '../../domain/php-values.ts'
import { shortName } from '../../domain/portal-texts.ts'
import { listNames } from '../../store/access.ts'
import type { Db } from '../../store/database.ts'
import { BATCH_COMMANDS, PAGE_ROWS } from '../client/page-sizes.ts'
import type { PortalClients } from '../client/portal-clients.ts'
import type { Command, Priority } from '../client/rest.ts'
import { PortalError } from '../errors/errors.ts'

/** Names of users by id, so far as they can be known; without a user's name his number has to do. */
export type Names = (
  portal: string,
  userIds: Iterable<number>,
  priority: Priority,
) => Promise<ReadonlyMap<number, string>>

/** How long a name is kept, and that the portal shows none; milliseconds. */
const keptFor = { name: 24 * 3_600_000, none: 10 * 60_000 }
const maxCached = 10_000

/** Who gave access is known by name; others are asked for, also dismissed ones. It never fails: names are for reading only. */
export function createNames({
  db,
  clients,
  clock,
}: {
  db: Db
  clients: Pick<PortalClients, 'asReader'>
  clock: () => Date
}): Names {
  const kept = boundedCache<{ name: string | null; until: number }>(maxCached)

  const ask = async (portal: string, ids: number[], priority: Priority): Promise<void> => {
    const client = await clients.asReader(portal, priority)
    const pages = Math.ceil(ids.length / PAGE_ROWS)
    const commands = Array.from({ length: Math.min(pages, BATCH_COMMANDS) }, (_, page): [string, Command] => {
      const ID = ids.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS)
      return [`users_${page}`, { method: 'user.get', params: { FILTER: { ID } } }]
    })
    const { results } = await client.batch(Object.fromEntries(commands))
    const rows = Object.values(results).flatMap((answer) => (answer.ok ? rowsOf(answer.result) : []))
    const now = clock().getTime()
    for (const id of ids) kept.set(`${portal}/${id}`, { name: null, until: now + keptFor.none })
    for (const row of rows.filter(({ ID }) => ids.includes(Number(ID)))) {
      const name = [row.NAME, row.LAST_NAME].filter((part) => typeof part === 'string' && part !== '').join(' ')
      if (name !== '') kept.set(`${portal}/${Number(row.ID)}`, { name: shortName(name), until: now + keptFor.name })
    }
  }

  return async (portal, userIds, priority) => {
    const ids = [...new Set(userIds)].filter((id) => id > 0)
    const found = await listNames(db, portal, ids)
    const remembered = (id: number) => {
      const known = kept.get(`${portal}/${id}`)
      return known && known.until > clock().getTime() ? known : undefined
    }
    const unknown = ids.filter((id) => !found.has(id) && !remembered(id))
    if (unknown.length > 0) {
      await ask(portal, unknown, priority).catch((error: unknown) => {
        if (!(error instanceof PortalError)) throw error
      })
    }
    for (const id of ids) {
      const name = found.get(id) ?? remembered(id)?.name
      if (name) found.set(id, name)
    }
    return found
  }
}
