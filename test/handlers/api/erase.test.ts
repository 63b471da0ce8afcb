import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findKnownKeys } from '../../../lib/store/occurrences.ts'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'
import { runCommand, runCommandHere } from '../command.ts'

const { users, deals, types, contacts } = SEED
const kim = { entityTypeId: 3, id: contacts.kim }

let rig: Rig
let admin: Api
beforeEach(async () => {
  rig = await startRig()
  admin = await rig.as(users.admin)
  await admin('PUT', '/api/settings', { managers: [users.sam, users.ines] })
  await (await rig.as(users.sam))('POST', '/api/triggers', {
    kind: 'email-incoming',
    name: 'Sam’s',
    entityTypeId: 2,
    categoryId: 4,
    stageId: 'C4:PREPARATION',
  })
  rig.portal.act.receiveMail({ bindings: [{ entityTypeId: types.deal, id: deals.kim }, kim] })
  await rig.settled()
})
afterEach(() => rig.stop())

const rowsOf = async (table: 'decision' | 'occurrence' | 'trigger_version' | 'audit' | 'access' | 'intent') =>
  rig.stagecue.db.selectFrom(table).selectAll().execute()

describe('erasing an employee', () => {
  it('takes access, name and number out of everything that is kept', async () => {
    expect(JSON.stringify(await rowsOf('decision'))).toContain(`"move_user_id":${users.sam}`)
    expect((await admin('POST', '/api/erase', { userId: users.sam })).status).toBe(200)
    for (const table of ['decision', 'intent', 'trigger_version', 'audit', 'access'] as const) {
      const text = JSON.stringify(await rowsOf(table)).replaceAll('\\"', '"')
      expect(text, table).not.toMatch(
        new RegExp(`"(\\w*user_?id|created_?by|changed_by|on_behalf_of)":${users.sam}\\b`, 'i'),
      )
    }
    expect((await admin('GET', '/api/settings')).body.managers).toEqual([users.ines])
    const { entries } = (await admin('GET', '/api/journal')).body
    expect(entries[0]).toMatchObject({ outcome: 'moved', move: { userId: 0 } })
    const [told] = (await admin('GET', '/api/audit')).body.entries
    expect(told).toMatchObject({ action: 'person-erased', userId: users.admin, detail: { code: 'user' } })
    expect((await admin('POST', '/api/erase', { userId: users.sam })).status).toBe(200)
  })

  it('waits until no trigger acts as him', async () => {
    await rig.addTrigger({ name: 'As Ines', changeStageAs: { type: 'user', userId: users.ines } })
    const { status, body } = await admin('POST', '/api/erase', { userId: users.ines })
    expect([status, body.error.message]).toEqual([
      409,
      'These triggers act on behalf of this person: As Ines. Change them first.',
    ])
    expect((await admin('GET', '/api/settings')).body.managers).toContain(users.ines)
  })
})

describe('erasing a client', () => {
  it.each([kim, { entityTypeId: types.deal, id: deals.kim }])(
    '%o: nothing is told of what happened, and it does not count again',
    async (client) => {
      const { db } = rig.stagecue
      const { memberId } = rig.portal
      const [happening] = await rowsOf('occurrence')
      const key = happening?.key ?? expect.fail()
      expect((await admin('POST', '/api/erase', { client })).body).toEqual({ happenings: 1 })
      expect([await rowsOf('decision'), await rowsOf('intent')]).toEqual([[], []])
      const [left] = await rowsOf('occurrence')
      expect(left).toMatchObject({
        key: expect.stringMatching(/^sha256:/),
        facts: 'null',
        origin: '{"activityId":null,"refs":[]}',
      })
      expect(await findKnownKeys(db, memberId, [key])).toEqual(new Set([key]))
      expect((await admin('POST', '/api/erase', { client })).body).toEqual({ happenings: 0 })
    },
  )

  it('erases nothing while the portal does not tell whose items they are', async () => {
    rig.portal.faults.down = true
    expect((await admin('POST', '/api/erase', { client: kim })).status).toBe(503)
    rig.portal.faults.down = false
    expect(await rowsOf('decision')).toHaveLength(1)
  })

  it('leaves what happened to others', async () => {
    for (const client of [
      { ...kim, id: contacts.lee },
      { entityTypeId: 4, id: contacts.kim },
    ]) {
      expect((await admin('POST', '/api/erase', { client })).body).toEqual({ happenings: 0 })
    }
    expect(await rowsOf('decision')).toHaveLength(1)
  })
})

it.each([{}, { userId: 0 }, { userId: 1, client: kim }, { client: { entityTypeId: 3 } }])(
  '%j erases nothing',
  async (body) => {
    expect((await admin('POST', '/api/erase', body)).status).toBe(422)
  },
)

it('`npm run erase` does it beside the process that serves', async () => {
  const environment = {
    PUBLIC_URL: 'https://stagecue.example',
    B24_CLIENT_ID: 'app.demo',
    B24_CLIENT_SECRET: 'secret',
    DATA_DIR: rig.dataDir,
  }
  const run = (...words: string[]) => runCommandHere('erase', words, environment)
  const { stdout } = await runCommand('erase', [rig.portal.domain, 'item', '2', String(deals.kim)], environment)
  expect(stdout).toBe('1 happenings were bound to it.\nErased.\n')
  expect((await run(rig.portal.memberId, 'user', String(users.sam))).stdout).toBe('Erased.\n')
  expect(await rowsOf('decision')).toEqual([])
  for (const words of [
    [],
    [rig.portal.domain, 'user'],
    [rig.portal.domain, 'item', '2', 'x'],
    ['nobody', 'user', '1'],
  ]) {
    expect(await run(...words), words.join()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm run erase'),
    })
  }
})
