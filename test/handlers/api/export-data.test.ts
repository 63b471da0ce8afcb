import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { addAudit } from '../../../lib/store/audit.ts'
import { type ExportedTable, exportedTables, leftOutTables } from '../../../lib/store/portal-rows.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, types, contacts } = SEED

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

it('an administrator takes along all that is kept of the portal, without tokens and names of customers', async () => {
  const admin = await rig.as(users.admin)
  await admin('PUT', '/api/settings', { managers: [users.sam] })
  await rig.addTrigger({ kind: 'email-incoming', name: 'A customer “wrote”' })
  rig.portal.act.receiveMail({
    bindings: [
      { entityTypeId: types.deal, id: deals.kim },
      { entityTypeId: 3, id: contacts.kim },
    ],
  })
  await rig.settled()
  // More than one page of the audit.
  for (let line = 0; line < 250; line++) {
    const detail = { line }
    await addAudit(rig.stagecue.db, rig.portal.memberId, { userId: users.admin, action: 'tried', detail }, new Date())
  }
  const { status, body } = await admin('GET', '/api/export/data')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    version: 1,
    settings: { managers: [users.sam] },
    people: [{ userId: users.admin, administrator: true }],
    triggers: [{ kind: 'email-incoming', name: 'A customer “wrote”' }],
    journal: [{ outcome: 'moved', item: { entityTypeId: types.deal, id: deals.kim } }],
  })
  const lines = body.audit.flatMap(({ action, detail }: { action: string; detail: { line: number } }) => {
    return action === 'tried' ? [detail.line] : []
  })
  expect(lines).toEqual(Array.from({ length: 250 }, (_, index) => 249 - index))
  const text = JSON.stringify(body)
  const { access_token, refresh_token } = await rig.stagecue.db
    .selectFrom('access')
    .selectAll()
    .executeTakeFirstOrThrow()
  for (const secret of [access_token, refresh_token, 'Kim Client']) expect(text).not.toContain(secret)
})

/** Columns of each table of the database. */
async function schema(): Promise<Record<string, string[]>> {
  const { rows } = await sql<{ table: string; column: string }>`
    select m.name as "table", c.name as "column" from sqlite_master as m, pragma_table_info(m.name) as c
    where m.type = 'table' and m.name not like 'sqlite%' and m.name not like 'kysely%'`.execute(rig.stagecue.db)
  const columns = Map.groupBy(rows, ({ table }) => table)
  return Object.fromEntries([...columns].map(([table, of]) => [table, of.map(({ column }) => column)]))
}

/** A row of the portal in which every column says something of its own, whatever it means. */
async function fill(table: string, columns: readonly string[]): Promise<void> {
  const home = columns.includes('portal') ? 'portal' : 'member_id'
  const values = columns.map((column, index) => (column === home ? rig.portal.memberId : 990_000 + index))
  await sql`insert into ${sql.table(table)} (${sql.join(columns.map((one) => sql.ref(one)))})
    values (${sql.join(values)})`.execute(rig.stagecue.db)
}

/** The journal and the audit have forms of their own: how their columns are called there, or why they are not. */
const told: Record<string, Record<string, string>> = {
  decision: {
    id: 'id',
    at: 'at',
    kind: 'occurrence.kind',
    occurrence_key: 'occurrence.key',
    facts: 'story.decision',
    trigger_id: 'trigger.id',
    trigger_name: 'trigger.name',
    entity_type_id: 'item.entityTypeId',
    item_id: 'item.id',
    outcome: 'outcome',
    reason: 'reason',
    move_from: 'move.from',
    move_to: 'move.to',
    move_user_id: 'move.userId',
    on_behalf_of: 'move.onBehalfOf',
    undone_at: 'undone.at',
    undone_by: 'undone.userId',
    corrected_at: 'corrected.at',
    corrected_to: 'corrected.to',
    item_title: '(empty: titles are not kept)',
    request_id: '(names a request in the log of Bitrix24)',
  },
  audit: { id: '(numbers the lines)', at: 'at', user_id: 'userId', action: 'action', detail: 'detail' },
}

it('every column of every table is taken along, or it is said why not', async () => {
  const admin = await rig.as(users.admin)
  await rig.addTrigger({ kind: 'email-incoming' })
  const tables = await schema()
  for (const [table, columns] of Object.entries(tables)) {
    const isFilled = table in exportedTables && !['portal', 'access', 'trigger', 'work'].includes(table)
    if (isFilled || table in told) await fill(table, columns)
  }
  const { body } = await admin('GET', '/api/export/data')
  for (const [table, columns] of Object.entries(tables)) {
    if (table in leftOutTables) continue
    const names = told[table]
    if (names) {
      expect(Object.keys(names), table).toEqual(expect.arrayContaining(columns.filter((column) => column !== 'portal')))
      const list = table === 'decision' ? body.journal : body.audit
      const paths = Object.values(names).filter((path) => !path.startsWith('('))
      for (const path of paths) expect(list[0], table).toHaveProperty(path)
      continue
    }
    expect(Object.keys(exportedTables), 'tables').toContain(table)
    const { home = 'portal', leftOut = {} } = exportedTables[table as ExportedTable]
    const wanted = columns.filter((column) => column !== home && !(column in leftOut))
    expect(Object.keys(body.rows[table][0]), table).toEqual(wanted)
    expect(columns, table).toEqual(expect.arrayContaining(Object.keys(leftOut)))
  }
})
