import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'

export type Migrations = Readonly<Record<string, Migration>>

/** The tables could not be brought up to date; they are as they were before. `message` tells the operator what to do. */
class MigrationFailed extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'MigrationFailed'
  }
}

/**
 * Brings the tables up to date: all missing migrations in one transaction, by one process at a time; others wait for it and find
 * nothing to do. Throws `MigrationFailed`.
 */
export async function migrate<T>(db: Kysely<T>, migrations: Migrations): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (!error) return
  const failed = results.find(({ status }) => status === 'Error')?.migrationName
  const { message } = error as Error
  if (failed !== undefined) {
    const what = `Migration ${failed} of the database failed (${message}). Nothing was changed`
    throw new MigrationFailed(
      `${what}: the version before goes on working with it. Remove the cause and start again.`,
      error,
    )
  }
  if (/corrupted migrations/.test(message)) {
    const what = `The database is not one that this version knows (${message}): a newer one has changed it`
    throw new MigrationFailed(`${what}. Start the newer version, or restore the backup from before the upgrade.`, error)
  }
  throw error
}
