/** SQLite: no room, not writable, broken off, or held by somebody else. */
const ofSqlite = /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|BUSY|LOCKED|PROTOCOL)/

/**
 * PostgreSQL (SQLSTATE): no connection, no room or memory, shutting down, a fault of its machine, read-only, and transactions that were
 * ended because of others or for taking long.
 */
const ofPostgres = /^(08\w{3}|53\w{3}|57P\w\w|58\w{3}|25006|25P03|40001|40P01)$/

/** What the driver says without a code. */
const ofDriver = /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/

/**
 * Could the database not be asked or written for a reason that has nothing to do with what was asked? Then the same will do later. Also a
 * connection to it that did not come about or broke.
 */
export function isTransientDbError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.some(isTransientDbError)
  const { code, syscall } = error as { code?: unknown; syscall?: unknown }
  if (typeof code !== 'string') return ofDriver.test(error.message)
  return ofSqlite.test(code) || ofPostgres.test(code) || (typeof syscall === 'string' && /^E[A-Z]+$/.test(code))
}
