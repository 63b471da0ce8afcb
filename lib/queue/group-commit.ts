import { setImmediate as othersTurn } from 'node:timers/promises'
import type { NewJob } from '../store/jobs.ts'
import { isTransientDbError } from '../store/transient-errors.ts'

/** Rows of one commit. */
const MAX_ROWS = 200

type Waiting = { jobs: NewJob[]; done: () => void; failed: (error: unknown) => void }

/**
 * Lets requests that come at the same time share a commit, which costs far more than what is written in it. Whoever calls it goes on
 * after the commit that holds his work, or throws what it threw when his work was tried alone. `write` commits.
 */
export function createGroupCommit(write: (jobs: NewJob[]) => Promise<void>): (jobs: NewJob[]) => Promise<void> {
  let waiting: Waiting[] = []
  let isWriting = false

  const writeAll = async () => {
    isWriting = true
    while (waiting.length > 0) {
      // Requests whose bytes are here already are read first.
      await othersTurn()
      const group = nextGroup(waiting)
      waiting = waiting.slice(group.length)
      try {
        await write(group.flatMap(({ jobs }) => jobs))
        for (const { done } of group) done()
      } catch (error) {
        if (group.length === 1 || (isTransientDbError(error) && !isCollision(error)))
          for (const { failed } of group) failed(error)
        // What cannot be written is somebody's own; the others must not suffer for it.
        else for (const { jobs, done, failed } of group) await write(jobs).then(done, failed)
      }
    }
    isWriting = false
  }
  return (jobs) =>
    new Promise((done, failed) => {
      waiting.push({ jobs, done, failed })
      if (!isWriting) void writeAll()
    })
}

/** PostgreSQL ended this transaction for another one's sake (SQLSTATE); the same goes well when it is tried again. */
function isCollision(error: unknown): boolean {
  return ['40001', '40P01'].includes(String((error as { code?: unknown }).code))
}

/** The first of those who wait, and as many more as fit. */
function nextGroup(waiting: Waiting[]): Waiting[] {
  let rows = 0
  const fits = waiting.findIndex(({ jobs }, index) => {
    rows += jobs.length
    return index > 0 && rows > MAX_ROWS
  })
  return fits < 0 ? waiting : waiting.slice(0, fits)
}
