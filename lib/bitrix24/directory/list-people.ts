import { rowsOf } from '../../domain/php-values.ts'
import { pages } from '../client/batches.ts'
import { PAGE_ROWS } from '../client/page-sizes.ts'
import type { PortalClient } from '../client/portal-clients.ts'
import { ForbiddenError } from '../errors/errors.ts'

/**
 * Rows of `user.get` of those of these people who pass the filter; nobody else's. Null: the app lacks the scope or the right to see them.
 * Throws `PortalError` when the portal cannot be asked now. Who is not listed may exist all the same (`platform.md` 5.8).
 */
export async function listPeople(
  client: PortalClient,
  userIds: readonly number[],
  filter: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>[] | null> {
  const lists = pages(userIds, PAGE_ROWS)
  const people: Record<string, unknown>[] = []
  for (const some of pages(lists)) {
    const commands = some.map((ID, n) => [`list_${n}`, { method: 'user.get', params: { FILTER: { ...filter, ID } } }])
    const { results } = await client.batch(Object.fromEntries(commands))
    for (const answer of Object.values(results)) {
      if (!answer.ok && answer.error instanceof ForbiddenError) return null
      if (!answer.ok) throw answer.error
      people.push(...rowsOf(answer.result))
    }
  }
  return people.filter(({ ID }) => userIds.includes(Number(ID)))
}
