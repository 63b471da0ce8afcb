import { acrossPortals } from './across-portals.ts'
import { untiedTables } from './portal-of-statement.ts'
import { takeStatements } from './watch-statements.ts'

/** They change tables as a whole, and their lock is theirs. */
const ofMigrations = /^lib\/store\/(migrat|migrations\/)/

/** Throws when our code sent PostgreSQL a statement about rows of portals that names no portal, unless it is one that asks all of them. */
export async function requirePortals(): Promise<void> {
  const faults: string[] = []
  for (const { sql, by, file } of takeStatements()) {
    if (ofMigrations.test(file) || by in acrossPortals) continue
    const untied = await untiedTables(sql)
    if (untied.length > 0) faults.push(`${by} (${file}): ${untied.join(', ')} in ${sql}`)
  }
  if (faults.length > 0) throw new Error(`Statements that name no portal:\n${faults.join('\n')}`)
}
