import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { tablesOfPortal } from '../../lib/store/erasure.ts'
import type { Api } from '../api.ts'
import { findItem, SEED } from '../portal/index.ts'
import { aTrigger, type Rig, startRig } from '../rig.ts'
import { linkTo } from '../tracked-link.ts'
import { WAIT_MS } from '../waits.ts'

const { users, types, pipelines } = SEED

/** A number that nothing else has: wherever it stands, it is this employee's. */
const BIRD = 770_015
const OWN = /770015|canary/i

let rig: Rig
let admin: Api
beforeAll(async () => {
  rig = await startRig({ portal: { limits: { enabled: false } } })
  const { world } = rig.portal
  const deputy = world.users.get(users.deputy) ?? expect.fail()
  world.users.set(BIRD, { ...deputy, id: BIRD, name: 'Canary', lastName: 'Bird', email: 'bird@acme.example' })
  admin = await rig.as(users.admin)
  await rig.addTrigger({ kind: 'email-incoming' })
})
afterAll(() => rig.stop())

/** The log of requests is written every second. */
const LOGGED_WITHIN_MS = 1100

/** The tables that hold something of the employee, and what. */
async function kept(): Promise<Record<string, string>> {
  await sleep(LOGGED_WITHIN_MS)
  const found: Record<string, string> = {}
  for (const table of [...tablesOfPortal, 'portal', 'stopped_link'] as const) {
    const rows = await rig.stagecue.db.selectFrom(table).selectAll().execute()
    const told = rows.map((row) => JSON.stringify(row)).find((text) => OWN.test(text))
    if (told !== undefined) found[table] = told
  }
  return found
}

const erase = async () => expect((await admin('POST', '/api/erase', { userId: BIRD })).status).toBe(200)

/** A deal of his, which an e-mail is about to move. */
function dealOfHis(assignedById = BIRD) {
  const deal = rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: pipelines.partners, assignedById })
  return { entityTypeId: types.deal, id: deal.id }
}

const stageOf = ({ id }: { id: number }) => findItem(rig.portal.world, types.deal, id)?.stageId

const PATIENT = { timeout: WAIT_MS, interval: 20 }

/** Waits until a move of that item has been recorded and its end is not known. */
const moveBegins = ({ id }: { id: number }) =>
  vi.waitFor(async () => {
    const open = rig.stagecue.db.selectFrom('intent').select('item_id').where('state', '=', 'open')
    expect(await open.execute()).toEqual([{ item_id: id }])
  }, PATIENT)

test('something is kept of an employee in every table that may name him', async () => {
  const { act } = rig.portal
  await admin('PUT', '/api/settings', { delegate: true, managers: [users.ines, BIRD] })
  // Nobody holds his access yet: the portal is asked for it, and gives none.
  rig.portal.switches.appTestAuthWithAuthType = 'none'
  act.receiveMail({ bindings: [dealOfHis()] })
  await rig.settled()
  await rig.addTrigger({ kind: 'call-missed', ifNoAccess: 'wait' })
  act.callIn({ result: 'missed', bindings: [dealOfHis()] })
  await rig.settled()
  const bird = await rig.as(BIRD)
  act.receiveMail({ bindings: [dealOfHis()] })
  await rig.settled()
  await bird('POST', '/api/triggers', { ...aTrigger, name: 'Made by a bird' })
  await bird('POST', `/api/journal/${(await admin('GET', '/api/journal?outcome=moved')).body.entries[0].id}/undo`)
  await bird('POST', '/api/links/stopped', { link: linkTo(rig, dealOfHis(), 'https://shop.example') })
  expect(Object.keys(await kept()).sort()).toEqual(
    [
      'access',
      'audit',
      'cursor',
      'decision',
      'intent',
      'portal',
      'rest_log',
      'stopped_link',
      'trigger',
      'trigger_version',
      'work',
    ].sort(),
  )
})

test('and nothing in any table after he is erased', async () => {
  await erase()
  expect(await kept()).toEqual({})
})

test('who is erased while a deal is moved in his name: it is moved, by nobody that is known here', async () => {
  const { portal } = rig
  await rig.as(BIRD)
  const deal = dealOfHis()
  portal.faults.slowMs = 3000
  portal.act.receiveMail({ bindings: [deal] })
  await moveBegins(deal)
  portal.faults.slowMs = 0
  await erase()
  await rig.settled()
  expect(stageOf(deal)).toBe('C4:PREPARATION')
  expect(await kept()).toEqual({})
})

test('who is erased while nobody knows how his move ended: what the portal shows is told of nobody', async () => {
  const { portal } = rig
  await rig.as(BIRD)
  const deal = dealOfHis()
  portal.faults.next({ kind: 'cut', when: 'after', method: 'crm.item.update' })
  portal.act.receiveMail({ bindings: [deal] })
  await moveBegins(deal)
  await vi.waitFor(() => expect(stageOf(deal)).toBe('C4:PREPARATION'), PATIENT)
  await erase()
  await rig.settled()
  const [entry] = (await admin('GET', '/api/journal')).body.entries
  expect(entry).toMatchObject({ item: deal, outcome: 'moved', move: { userId: 0 } })
  expect(await kept()).toEqual({})
})

test('who is erased before the portal takes his move: who stands in moves the deal, for nobody that is named', async () => {
  const { portal } = rig
  await admin('PUT', '/api/settings', { delegate: true })
  await rig.as(BIRD)
  const deal = dealOfHis()
  portal.faults.next({ kind: 'cut', when: 'before', method: 'crm.item.update' })
  portal.act.receiveMail({ bindings: [deal] })
  await moveBegins(deal)
  await vi.waitFor(() => expect(portal.faults.waiting).toHaveLength(0), PATIENT)
  await erase()
  await rig.settled()
  const [entry] = (await admin('GET', '/api/journal')).body.entries
  expect(entry).toMatchObject({ outcome: 'moved', move: { userId: users.admin, onBehalfOf: 0 } })
  expect(await kept()).toEqual({})
})

test('who is erased while he takes a move back: it is taken back, by nobody that is known here', async () => {
  const { portal } = rig
  const bird = await rig.as(BIRD)
  await admin('PUT', '/api/settings', { managers: [BIRD] })
  const deal = dealOfHis(users.admin)
  portal.act.receiveMail({ bindings: [deal] })
  await rig.settled()
  const [{ id }] = (await admin('GET', '/api/journal?outcome=moved')).body.entries
  portal.faults.slowMs = 1500
  const undoing = bird('POST', `/api/journal/${id}/undo`)
  // The portal has been called and has not answered: who clicked is known to this process alone.
  await vi.waitFor(async () => {
    const called = rig.stagecue.db.selectFrom('work').select('kind').where('reason', '=', 'called')
    expect(await called.where('state', '=', 'due').execute()).toEqual([{ kind: 'undo-move' }])
  }, PATIENT)
  await erase()
  expect(stageOf(deal)).toBe('C4:PREPARATION')
  portal.faults.slowMs = 0
  await rig.settled()
  await undoing
  expect(stageOf(deal)).toBe('C4:NEW')
  const { entries } = (await admin('GET', '/api/journal?outcome=moved')).body
  expect(entries[0]).toMatchObject({ id, undone: { userId: 0 } })
  expect(await kept()).toEqual({})
})
