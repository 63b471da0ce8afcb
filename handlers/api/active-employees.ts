import { inBatches } from '../../install/in-batches.ts'
import { rowsOf } from '../../lib/portal/directory/answer.ts'
import { RightsMissing } from '../../lib/portal/errors.ts'
import type { Stagecue } from '../../lib/wire.ts'

/** Ids of one command: its answer has 50 rows at most. */
const atOnce = 50

/**
 * Which of these people are active employees, asked of the portal itself: lists for pickers may be old. Null: without the scope
 * nobody can say. Throws `PortalError` when the portal cannot be asked now.
 */
export async function activeEmployees(
  { clients }: Pick<Stagecue, 'clients'>,
  portal: string,
  userIds: readonly number[],
): Promise<Set<number> | null> {
  if (userIds.length === 0) return new Set()
  const parts = Array.from({ length: Math.ceil(userIds.length / atOnce) }, (_, n) =>
    userIds.slice(n * atOnce, (n + 1) * atOnce),
  )
  const commands = parts.map((ID) => ({
    method: 'user.get',
    params: { FILTER: { ID, ACTIVE: true, USER_TYPE: 'employee' } },
  }))
  const found = new Set<number>()
  for (const answer of await inBatches(await clients.asReader(portal, 'page'), commands)) {
    if (!answer.ok && answer.error instanceof RightsMissing) return null
    if (!answer.ok) throw answer.error
    for (const row of rowsOf(answer.result)) found.add(Number(row.ID))
  }
  return found
}
