import { sql } from 'kysely'
import type { Db } from './database.ts'
import { sealedBodyStart } from './sealing.ts'

/** Which of a portal's rows there are, in which order they are read, and columns that are left out, each with its reason. */
type Table = Readonly<{
  home?: 'portal' | 'member_id'
  key: readonly string[]
  leftOut?: Readonly<Record<string, string>>
}>

const TOKEN = 'a secret'
const PACE = 'how the process goes about it'

/**
 * Tables that an administrator takes along row by row. What is not here `GET /api/export/data` tells in a form of its own (journal and
 * audit), or it is named in `leftOutTables`.
 */
const tables = {
  portal: {
    home: 'member_id',
    key: ['member_id'],
    leftOut: { application_token: TOKEN, lease_owner: PACE, lease_until: PACE, lease_number: PACE },
  },
  access: {
    key: ['user_id'],
    leftOut: { access_token: TOKEN, refresh_token: TOKEN, key_id: TOKEN, sid: TOKEN, refreshing_until: PACE },
  },
  trigger: { key: ['id'] },
  trigger_version: { key: ['trigger_id', 'version'] },
  occurrence: { key: ['key'] },
  intent: { key: ['id'], leftOut: { lease_number: PACE } },
  work: { key: ['id'], leftOut: { attempts: PACE } },
  conversation: { key: ['session_id'] },
  channel: { key: ['channel_id'] },
  heard_message: { key: ['user_code', 'external_id'] },
  heard_event: { key: ['event'] },
  form: { key: ['form_id'] },
  item_field: { key: ['entity_type_id', 'item_id', 'field'] },
  sent_mail: { key: ['activity_id'] },
  cursor: { key: ['name'] },
  rest_log: { key: ['id'] },
  answer_drift: { key: ['method', 'shape'] },
  link_host: { key: ['host'] },
  made_link: { key: ['link'] },
  stopped_link: {
    home: 'member_id',
    key: ['id'],
    leftOut: { hash: 'finds the links; the label says which' },
  },
} as const satisfies Record<string, Table>

export type ExportedTable = keyof typeof tables

export const exportedTables: Readonly<Record<ExportedTable, Table>> = tables

/** Tables with nothing that could be taken along, and why. */
export const leftOutTables = {
  budget: 'how many requests the portal bears at this moment',
  tombstone: 'of portals that were erased: nobody can ask for it any more',
} as const satisfies Record<string, string>

/** Rows that are read at a time. */
const PAGE = 200

/** The portal's rows of a table, without the columns that name it and without tokens. */
export async function* rowsOf(db: Db, portal: string, table: ExportedTable): AsyncGenerator<object[]> {
  const { home = 'portal', key, leftOut = {} } = exportedTables[table]
  const columns = sql.join(key.map((column) => sql.ref(column)))
  let after = sql``
  for (;;) {
    const { rows } = await sql<Record<string, unknown>>`
      select * from ${sql.table(table)} where ${sql.ref(home)} = ${portal} ${after} order by ${columns} limit ${PAGE}`.execute(
      db,
    )
    yield rows.map((row) => shown(row, [home, ...Object.keys(leftOut)]))
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = sql`and (${columns}) > (${sql.join(key.map((column) => last[column]))})`
  }
}

function shown(row: Record<string, unknown>, leftOut: readonly string[]): object {
  const columns = Object.entries(row).filter(([column]) => !leftOut.includes(column))
  return Object.fromEntries(columns.map(([column, value]) => [column, isSealed(value) ? null : value]))
}

/** Bodies of some jobs hold tokens, sealed. */
function isSealed(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith(sealedBodyStart)
}
