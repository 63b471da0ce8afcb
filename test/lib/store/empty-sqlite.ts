import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../../lib/store/database.ts'
import { makeDataDir } from '../../data-dir.ts'

/** An empty database with all its tables, made once in a process. */
let empty: Promise<Buffer> | null = null

/** Puts an empty database with all its tables into a folder: a copy, as making its tables takes a tenth of a rig's start. */
export async function placeEmptySqlite(dataDir: string): Promise<void> {
  empty ??= makeEmptySqlite()
  writeFileSync(join(dataDir, 'stagecue.db'), await empty)
}

async function makeEmptySqlite(): Promise<Buffer> {
  const dataDir = makeDataDir('stagecue-empty-')
  await (await openDatabase({ dataDir })).destroy()
  const made = readFileSync(join(dataDir, 'stagecue.db'))
  rmSync(dataDir, { recursive: true, force: true })
  return made
}
