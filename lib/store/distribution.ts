import { tablesOfPortal } from './erasure.ts'

/**
 * How tables are spread where a database is (`docs/scale.md`): each by the column that holds the portal's member_id, so that all rows of a portal
 * are on one node, and a statement about one portal is done there.
 */
export const portalColumns: Readonly<Record<string, string>> = {
  portal: 'member_id',
  ...Object.fromEntries(tablesOfPortal.map((table) => [table, 'portal'])),
  tombstone: 'member_id',
}

/** Tables that each node has whole, and why. */
export const wholeTables: Readonly<Record<string, string>> = {
  stopped_link: 'a few rows, some for every portal; each process reads all of them, as links outlive their portals',
}

/** Tables that belong to the database as it is, not to portals: which migrations were made, and who makes them. */
export const tablesOfMigrations: readonly string[] = ['kysely_migration', 'kysely_migration_lock']

/** The statements that spread a database over nodes with Citus. What is spread already stays as it is. */
export function citusStatements(): string {
  const unless = (table: string) =>
    `where not exists (select from pg_dist_partition where logicalrelid = '${table}'::regclass);`
  const spread = Object.entries(portalColumns).map(([table, column]) => {
    const together = table === 'portal' ? '' : ", colocate_with => 'portal'"
    return `select create_distributed_table('${table}', '${column}'${together})\n  ${unless(table)}`
  })
  const whole = Object.keys(wholeTables).map((table) => `select create_reference_table('${table}')\n  ${unless(table)}`)
  return `${[...spread, ...whole].join('\n')}\n`
}
