import { existsSync } from 'node:fs'
import { loadConfig, readEnvironment } from '../lib/config.ts'
import { copyDatabase } from '../lib/store/database.ts'
import { runCommand } from './run-command.ts'

const usage = 'Say into which file: npm run backup -- stagecue-backup.db'

/** `npm run backup`: copies SQLite's database into a file, also while Stagecue runs (`docs/several-processes.md`). */
async function main([file]: readonly string[]): Promise<void> {
  if (file === undefined) throw new Error(usage)
  const { databaseUrl, dataDir } = loadConfig(readEnvironment())
  if (databaseUrl !== null) throw new Error('PostgreSQL has a tool of its own: pg_dump --format=custom "$DATABASE_URL"')
  if (existsSync(file)) throw new Error(`${file} is there already, and is not written over.`)
  copyDatabase(dataDir, file)
  process.stdout.write(`The database was copied into ${file}. Keep ENCRYPTION_KEYS elsewhere.\n`)
}

await runCommand(
  () => main(process.argv.slice(2)),
  ({ message }) => `Nothing was copied: ${message}`,
)
