import { exec } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { runCommand, runCommandHere } from '../handlers/command.ts'
import { dropPostgres, sharedPostgres } from '../lib/store/test-database.ts'
import { type Act, receive, someDeals } from './acts.ts'
import { untilWorkedOff } from './properties.ts'
import { type Setting, startSetting } from './setting.ts'
import { until } from './until.ts'

/** Backups are made and restored as `docs/several-processes.md` says, with its own commands. */
const text = readFileSync(new URL('../../docs/several-processes.md', import.meta.url), 'utf8')
const [, chapter = ''] = /## Backups\n([\s\S]+?)\n## /.exec(text) ?? []
const commands = (language: string) =>
  [...chapter.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]+?)\`\`\``, 'g'))].map(([, block = '']) => block)

let setting: Setting
afterEach(() => setting.close())

/** One deal before the backup, another one after it; then the backup is restored. */
async function loseADay(backup: () => Promise<void>, restore: () => Promise<void>): Promise<void> {
  const [portal] = setting.portals
  const [app] = setting.processes
  if (!portal || !app) throw new Error('Nothing was started')
  const deals = someDeals(portal, 2)
  const acts: Act[] = [receive(portal, deals[0] ?? 0)]
  await untilWorkedOff(setting, acts)
  await backup()
  acts.push(receive(portal, deals[1] ?? 0))
  await untilWorkedOff(setting, acts)
  expect(await app.stop()).toBe(0)
  await restore()
  expect(await decisions()).toEqual([`${deals[0]} moved null`])
  await app.start()
  // What happened since is found, and is where it should be; people's access, triggers and the journal are there.
  await until('the lost happening is decided again', async () => (await decisions()).length === 2)
  expect(await decisions()).toEqual([`${deals[0]} moved null`, `${deals[1]} skipped already-there`])
  acts.push(receive(portal, someDeals(portal, 1)[0] ?? 0))
  await untilWorkedOff(setting, acts)
  expect(await decisions()).toHaveLength(3)
  const moves = portal.world.stageHistory.filter(({ ownerId, typeId }) => deals.includes(ownerId) && typeId !== 1)
  expect(moves.map(({ ownerId }) => ownerId)).toEqual(deals)
}

async function decisions(): Promise<string[]> {
  const rows = await setting.query('select item_id, outcome, reason from decision order by id')
  return rows.map(({ item_id, outcome, reason }) => `${item_id} ${outcome} ${reason}`)
}

test('on SQLite, beside a process that serves', async () => {
  setting = await startSetting()
  const { environment } = setting
  const dataDir = environment.DATA_DIR ?? ''
  const [backUp = '', restore = ''] = commands('sh')
  const folder = mkdtempSync(join(dirname(dataDir), 'stagecue-backup-'))
  const [, copy = ''] = /npm run backup -- (\S+)\n/.exec(backUp) ?? []
  const words = [join(folder, copy)]
  try {
    await loseADay(
      async () => expect((await runCommand('backup', words, environment)).code).toBe(0),
      async () => {
        const here = restore.replaceAll('data/', `${dataDir}/`)
        await promisify(exec)(here, { cwd: folder })
      },
    )
    expect(await runCommandHere('backup', words, environment)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not written over'),
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('on PostgreSQL, inside the server', async () => {
  setting = await startSetting({ postgres: sharedPostgres() })
  const [app] = setting.processes
  const [{ name } = { name: '' }] = await setting.query('select current_database() as name')
  const [backUp = '', restore = ''] = commands('sql')
  const run = async (block: string) => {
    const client = new pg.Client({ connectionString: sharedPostgres().url })
    await client.connect()
    for (const statement of block.split(';').filter((part) => part.trim() !== ''))
      await client.query(statement.replaceAll(/\bstagecue(?=\b|_)/g, String(name)))
    await client.end()
  }
  await loseADay(
    async () => {
      expect(await app?.stop()).toBe(0)
      await run(backUp)
      await app?.start()
    },
    () => run(restore),
  )
  await dropPostgres(sharedPostgres().url, `${name}_backup`)
})
