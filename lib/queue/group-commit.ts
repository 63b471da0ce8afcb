import type { NewJob } from '../store/jobs.ts'
import { isTransientDbError } from '../store/transient-errors.ts'
import { groupCalls } from './grouped-calls.ts'

/** Rows of one commit. */
const MAX_ROWS = 200

/**
 * Lets requests that come at the same time share a commit, which costs far more than what is written in it. Whoever calls it goes on
 * after the commit that holds his work, or throws what it threw when his work was tried alone. `write` commits. `apart`: portals share none, and
 * none waits for another's.
 */
export function createGroupCommit(
  write: (jobs: NewJob[]) => Promise<void>,
  { apart = false }: { apart?: boolean } = {},
): (jobs: NewJob[]) => Promise<void> {
  return groupCalls<NewJob[], void>({
    ...(apart && { keyOf: ([first]: NewJob[]) => first?.portal ?? '' }),
    async serve(group) {
      await write(group.flat())
      return []
    },
    groupSize,
    failsAll: (error) => isTransientDbError(error) && !isCollision(error),
  })
}

/** PostgreSQL ended this transaction for another one's sake (SQLSTATE); the same goes well when it is tried again. */
function isCollision(error: unknown): boolean {
  return ['40001', '40P01'].includes(String((error as { code?: unknown }).code))
}

/** The first of those who wait, and as many more as fit. */
function groupSize(waiting: readonly NewJob[][]): number {
  let rows = 0
  const fits = waiting.findIndex((jobs, index) => {
    rows += jobs.length
    return index > 0 && rows > MAX_ROWS
  })
  return fits < 0 ? waiting.length : fits
}
