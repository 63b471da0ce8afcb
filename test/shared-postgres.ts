import { freePort } from './free-port.ts'
import { postgresUrl, startPostgres } from './lib/store/test-database.ts'

/**
 * One PostgreSQL server for all test files, each test with a database of its own; DATABASE_URL names another server. It starts beside
 * the first tests, so that those without a database do not wait for it.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL
  if (given) {
    process.env.SHARED_POSTGRES = given
    return async () => {}
  }
  const port = await freePort()
  process.env.SHARED_POSTGRES = postgresUrl(port)
  const starting = startPostgres(port)
  // Who needs it learns that it did not start.
  starting.catch(() => {})
  return async () => (await starting).stop()
}
