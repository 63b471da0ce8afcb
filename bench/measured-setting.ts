import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import type { Db } from '../lib/store/database.ts'
import type { Schema } from '../lib/store/schema.ts'
import { type Setting, type SettingOptions, startSetting } from '../test/chaos/setting.ts'
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

/** Waits until every event has arrived and nothing is left to do. */
export async function untilWorkedOff({ portals, db }: MeasuredSetting): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS
  for (let quiet = 0; quiet < 2; ) {
    await Promise.all(portals.map((portal) => portal.idle()))
    const due = await db
      .selectFrom('work')
      .select(['kind', 'subject', 'due_at', 'reason'])
      .where('state', '=', 'due')
      // It waits half a minute for an event.
      .where('kind', '<>', 'test-events')
      .limit(10)
      .execute()
    quiet = due.length === 0 ? quiet + 1 : 0
    if (Date.now() > giveUpAt) throw new Error(`Still to do: ${JSON.stringify(due)}`)
    await sleep(25)
  }
}
