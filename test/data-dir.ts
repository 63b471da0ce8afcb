import { existsSync, mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder in the machine's memory, as Linux has it. */
const MEMORY = '/dev/shm'

/** What the databases of all files that run at once take at most, bytes, with room to spare. */
const ENOUGH_BYTES = 2 ** 32

/**
 * A new folder for a test's database. It lies in memory where there is room: the disk would be waited for at each commit, and nothing of a test
 * outlives the machine.
 */
export function makeDataDir(prefix: string): string {
  return mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), prefix))
}

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize > ENOUGH_BYTES
}
