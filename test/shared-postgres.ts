import { freePort } from './free-port.ts'
import {
  dropPostgres,
  makeEmptyPostgres,
  nameOfDatabase,
  postgresUrl,
  startPostgres,
} from './lib/store/test-database.ts'

/**
 * One PostgreSQL server for all test files, each test with a database of its own, a copy of an empty one; DATABASE_URL names another server.
 * It starts beside the first tests, so that those without a database do not wait for it.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL
  const empty = nameOfDatabase()
  process.env.EMPTY_POSTGRES = empty
  if (given) {
    process.env.SHARED_POSTGRES = given
    await makeEmptyPostgres(given, empty)
    return () => dropPostgres(given, empty)
  }
  const port = await freePort()
  const server = postgresUrl(port)
  process.env.SHARED_POSTGRES = server
  const starting = startPostgres({ port })
  const making = starting.then(() => makeEmptyPostgres(server, empty))
  // Who needs it learns that it did not start.
  making.catch(() => {})
  return async () => {
    await making.catch(() => {})
    await (await starting).stop()
  }
}
