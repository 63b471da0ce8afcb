import type { Db } from './database.ts'

/** Runs `body` in one transaction. Keep it short and without network calls: SQLite has one connection. */
export function transact<T>(db: Db, body: (tx: Db) => Promise<T>): Promise<T> {
  return db.transaction().execute(body)
}
