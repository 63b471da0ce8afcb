import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { sql } from 'kysely'
import { type Db, openToRead } from '../store/database.ts'
import { type Finding, fault, fine } from './finding.ts'

const about = 'database'

const restoreIt = 'Restore the last backup (docs/operate.md).'

/** SQLite's folder and file, looked at beside the process that may hold them. `examine` says more of a file that is whole. */
export async function sqliteFindings(
  dataDir: string,
  examine: (db: Db) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const folder = folderFault(dataDir)
  if (folder) return [folder]
  if (!existsSync(join(dataDir, 'stagecue.db'))) return [fine(about, `will be made in ${resolve(dataDir)}`)]
  const db = opened(dataDir)
  if (db === null)
    return [fault(about, 'The file of the database cannot be opened.', 'Give it to the user who runs Stagecue.')]
  try {
    const broken = await brokenPart(db)
    return broken === null
      ? await examine(db)
      : [fault(about, `The file of the database is damaged (${broken}).`, restoreIt)]
  } finally {
    await db.destroy()
  }
}

function opened(dataDir: string): Db | null {
  try {
    return openToRead(dataDir)
  } catch {
    return null
  }
}

function folderFault(dataDir: string): Finding | null {
  let there = resolve(dataDir)
  while (!existsSync(there)) there = dirname(there)
  if (!statSync(there).isDirectory())
    return fault(about, `DATA_DIR leads through ${there}, which is no folder.`, 'Set DATA_DIR to a folder.')
  try {
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK)
    return null
  } catch {
    return fault(about, `${there} cannot be written.`, 'Give it to the user who runs Stagecue.')
  }
}

/** The first thing that SQLite finds wrong, in its own words. */
async function brokenPart(db: Db): Promise<string | null> {
  try {
    const { rows } = await sql<{ quick_check: string }>`pragma quick_check(1)`.execute(db)
    const found = rows[0]?.quick_check ?? 'no answer'
    return found === 'ok' ? null : found.replaceAll(/[\s*]+/g, ' ').trim()
  } catch (error) {
    return (error as Error).message
  }
}
