import type { SelectQueryBuilder } from 'kysely'
import { jsonArrayFrom as rowsOnPostgres } from 'kysely/helpers/postgres'
import { jsonArrayFrom as rowsOnSqlite } from 'kysely/helpers/sqlite'
import type { Portal } from '../domain/portal.ts'
import { compiledOnce, type Values } from './compiled-once.ts'
import type { Db } from './database.ts'
import { engineOf } from './engine.ts'
import { portalFromRow } from './portals.ts'
import type { PortalTable, Schema } from './schema.ts'

/** What is read of a portal, by name. Each query names its columns, and holds to the portal. */
type Queries = Readonly<Record<string, Query>> & { [Column in keyof PortalTable]?: never }

// biome-ignore lint/suspicious/noExplicitAny: whatever it joins, and whatever its rows are.
type Query = SelectQueryBuilder<Schema, any, any>

type RowsOf<Of> = { [Name in keyof Of]: Of[Name] extends SelectQueryBuilder<Schema, never, infer Row> ? Row[] : never }

/** The portal as it is now, and the rows of each query. */
type PortalRead<Of> = Readonly<{ home: Portal }> & RowsOf<Of>

/**
 * Several reads of one portal as one statement, with its row: each statement is a round trip on PostgreSQL (decision 152). Rows pass as JSON:
 * numbers, texts and null. Compiled once; null: there is no such portal.
 */
export function readOfPortal<Given extends Values & { portal: string }, Of extends Queries>(
  build: (db: Db, given: Given) => Of,
): (db: Db, given: Given) => Promise<PortalRead<Of> | null> {
  let names: string[] = []
  const read = compiledOnce((db, given: Given) => {
    const queries = Object.entries<Query>(build(db, given))
    names = queries.map(([name]) => name)
    const rowsOf = engineOf(db) === 'sqlite' ? rowsOnSqlite : rowsOnPostgres
    const lists = queries.map(([name, query]) => rowsOf(query).as(name))
    return db.selectFrom('portal').selectAll().select(lists).where('member_id', '=', given.portal)
  })
  return async (db, given) => {
    const [row] = (await read(db, given)).rows
    if (row === undefined) return null
    const values = row as Record<string, unknown>
    const lists = names.map((name) => [name, listIn(values[name])])
    return { home: portalFromRow(row), ...Object.fromEntries(lists) }
  }
}

/** SQLite gives a text, PostgreSQL's driver has read it already. */
function listIn(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value
}
