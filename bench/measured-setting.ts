import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import type { Db } from '../lib/store/database.ts'
import type { Schema } from '../lib/store/schema.ts'
import { type Setting, type SettingOptions, startSetting } from '../test/chaos/setting.ts'
import { untilSettled } from '../test/until-settled.ts'
import { type MeasuredProcess, measuredProcess } from './measured-process.ts'

/** One process of Stagecue on SQLite, apart from the emulator and the load, so that what it uses is its own. */
export type MeasuredSetting = Setting & {
  measured: MeasuredProcess
  /** The process's database, opened beside it. */
  db: Db
}

/** No sweeps and no limits of the portal's: what is measured is what was set off. */
export async function startMeasuredSetting(options: SettingOptions = {}): Promise<MeasuredSetting> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stagecue-bench-data-'))
  const measured = await measuredProcess()
  const setting = await startSetting({
    processes: [measured.environment],
    portal: { limits: { enabled: false }, eventDelayMs: [0, 0] },
    ...options,
    env: { DATA_DIR: dataDir, SWEEP_SECONDS: '86400', ...options.env },
  })
  const database = new Sqlite(join(dataDir, 'stagecue.db'), { timeout: 5000 })
  // Rows that fill it need not outlive a power cut.
  database.pragma('synchronous = off')
  const db: Db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) })
  return {
    ...setting,
    measured,
    db,
    async close() {
      await db.destroy()
      await setting.close()
    },
  }
}

/** Longest wait for what an act has set off, milliseconds. */
const PATIENCE_MS = 60_000

export function untilWorkedOff({ portals, db }: MeasuredSetting): Promise<void> {
  return untilSettled(db, portals, PATIENCE_MS)
}
