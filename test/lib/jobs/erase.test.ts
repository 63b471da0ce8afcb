import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

/** Every table that there is, with the column that names the portal. */
async function tables(): Promise<{ name: string; key: string; columns: { name: string; dataType: string }[] }[]> {
  const all = await rig.stagecue.db.introspection.getTables()
  return all.map(({ name, columns }) => {
    const key = ['portal', 'member_id'].find((wanted) => columns.some((column) => column.name === wanted))
    if (!key) throw new Error(`${name} names no portal: what is a portal's own cannot be erased`)
    return { name, key, columns: columns.filter((column) => column.name !== 'id') }
  })
}

/** A row of the portal in every table, whatever the table is for. */
async function fill(memberId: string, number: number): Promise<void> {
  for (const { name, key, columns } of await tables()) {
    if (name === 'portal') continue
    const values = columns.map((column) =>
      column.name === key ? memberId : column.dataType.toLowerCase() === 'integer' ? number : '{}',
    )
    const names = columns.map((column) => sql.ref(column.name))
    await sql`insert into ${sql.table(name)} (${sql.join(names)}) values (${sql.join(values)})
      on conflict do nothing`.execute(rig.stagecue.db)
  }
}

async function count(memberId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { name, key } of await tables()) {
    const result = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}
      where ${sql.ref(key)} = ${memberId}`.execute(rig.stagecue.db)
    counts[name] = Number(result.rows[0]?.count)
  }
  return counts
}

test('after an uninstallation with CLEAN=1 no table holds a row of the portal, and every one those of others', async () => {
  const other = await rig.emulator.addPortal({ eventDelayMs: [0, 20], eventHandlerUrl: `${rig.url}/events` })
  other.beginInstall()
  other.finishInstall()
  await other.idle()
  await rig.settled()
  await rig.as(SEED.users.sam)
  await rig.addTrigger({ kind: 'email-incoming' })
  rig.portal.act.receiveMail()
  await rig.settled()
  // No worker knows such work.
  await fill(rig.portal.memberId, 7001)
  await fill(other.memberId, 7002)
  await rig.stagecue.db.updateTable('work').set({ state: 'done' }).execute()
  await rig.stagecue.db.deleteFrom('tombstone').where('member_id', '=', rig.portal.memberId).execute()
  const { tombstone, ...before } = await count(rig.portal.memberId)
  expect(tombstone).toBe(0)
  expect(Object.entries(before).filter(([, rows]) => rows === 0)).toEqual([])

  rig.portal.act.uninstallApp(1)
  await rig.portal.idle()
  await expect.poll(() => count(rig.portal.memberId).then(({ portal }) => portal)).toBe(0)
  // The log of requests is written a moment later.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const after = await count(rig.portal.memberId)
  // A stopped link must not come to life again (decision 070).
  expect(Object.entries(after).filter(([, rows]) => rows > 0)).toEqual([
    ['stopped_link', 1],
    ['tombstone', 1],
  ])
  const others = await count(other.memberId)
  expect(Object.entries(others).filter(([, rows]) => rows === 0)).toEqual([])
})

test('with CLEAN=0 tokens are gone at once, and settings and triggers are kept', async () => {
  await rig.addTrigger({ kind: 'email-incoming' })
  rig.portal.act.uninstallApp(0)
  await rig.settled()
  const { access, trigger, portal } = await count(rig.portal.memberId)
  expect({ access, trigger, portal }).toEqual({ access: 0, trigger: 1, portal: 1 })
})
