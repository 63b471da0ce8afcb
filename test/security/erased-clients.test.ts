import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { tablesOfPortal } from '../../lib/store/erasure.ts'
import { findKnownKeys } from '../../lib/store/occurrences.ts'
import type { Api } from '../api.ts'
import { findItem, SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'
import { clickLink, clicksRecorded, linkTo } from '../tracked-link.ts'
import { WAIT_MS } from '../waits.ts'

const { users, types, pipelines } = SEED

/** Ids that nothing else has: wherever one stands, it is this client's. Names of portals are made up, and may hold such digits between others. */
const OWN_IDS = 770_000
const OWN = /(?<![\da-f])77\d{4}(?![\da-f])|canary/i

const kinds = [
  'email-incoming',
  'email-outgoing',
  'email-viewed',
  'call-missed',
  'chat-first-message',
  'email-link-clicked',
]

let rig: Rig
let admin: Api
let client: { entityTypeId: number; id: number }
beforeAll(async () => {
  rig = await startRig({ portal: { limits: { enabled: false } } })
  admin = await rig.as(users.admin)
  await rig.addTrigger({ kind: 'chat-message', fields: { text: 'offer' }, viaClient: true })
  for (const kind of kinds) {
    const fields = kind === 'email-link-clicked' ? { url: 'https://shop.example/offer' } : {}
    await rig.addTrigger({ kind, fields, viaClient: true })
  }
  await rig.addTrigger({ kind: 'field-changed', fields: { fieldNames: ['opportunity'] } })
  const { act, world } = rig.portal
  for (const kind of [
    'item 2',
    'item 3',
    'activity',
    'call',
    'call id',
    'session',
    'chat',
    'external chat',
    'timeline',
  ])
    world.lastIds.set(kind, OWN_IDS)
  client = { entityTypeId: 3, id: act.createItem({ entityTypeId: 3, title: 'Canary Bird' }).id }
  const deal = act.createItem({ entityTypeId: types.deal, categoryId: pipelines.partners, contactIds: [client.id] })
  await rig.settled()
  act.receiveMail({ from: 'canary@client.example', messageId: '<canary@client.example>', bindings: [client, deal] })
  const sent = act.sendMail({ bindings: [client] })
  act.sendMail({ bindings: [deal], messageId: '<canary-two@client.example>' })
  act.openMail(sent.activityId)
  act.callIn({ result: 'missed', bindings: [client] })
  const { sessionId } = act.newChat({ bindings: [client, deal] })
  act.customerMessage(sessionId, 'an offer for a canary')
  await rig.settled()
  await clickLink(linkTo(rig, deal, 'https://shop.example/offer'))
  await clicksRecorded(rig, 1)
  act.changeField(deal, { opportunity: 77 })
  await rig.settled()
  const { body } = await admin('GET', '/api/journal?outcome=moved')
  await admin('POST', `/api/journal/${body.entries[0].id}/undo`)
  await admin('POST', '/api/links/stopped', { link: linkTo(rig, deal, 'https://shop.example/offer') })
})
afterAll(() => rig.stop())

/** The tables that hold something of the client, and what. */
async function kept(own = OWN): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const table of [...tablesOfPortal, 'stopped_link'] as const) {
    const rows = await rig.stagecue.db.selectFrom(table).selectAll().execute()
    const told = rows.map((row) => JSON.stringify(row)).find((text) => own.test(text))
    if (told !== undefined) found[table] = told
  }
  return found
}

test('something is kept of a client in every table that may hold it', async () => {
  expect(Object.keys(await kept()).sort()).toEqual(
    [
      'audit',
      'conversation',
      'decision',
      'heard_message',
      'intent',
      'item_field',
      'occurrence',
      'rest_log',
      'sent_mail',
      'stopped_link',
      'work',
    ].sort(),
  )
})

test('and nothing in any table after he is erased', async () => {
  expect((await admin('POST', '/api/erase', { client })).status).toBe(200)
  expect(await kept()).toEqual({})
})

test('what is erased does not count again, and who comes after him is heard', async () => {
  const { act } = rig.portal
  const before = (await rig.story()).length
  const key = 'email-incoming:<canary@client.example> canary@client.example'
  expect(await findKnownKeys(rig.stagecue.db, rig.portal.memberId, [key])).toEqual(new Set([key]))
  act.receiveMail()
  await rig.settled()
  expect(await rig.story()).toHaveLength(before + 1)
})

/** Nobody watches fields of deals any more: what a portal tells of a deal that goes on after the erasure is kept anew where somebody does. */
async function stopWatching() {
  const { body } = await admin('GET', '/api/triggers')
  const watching = body.filter(({ kind }: { kind: string }) => kind === 'field-changed')
  for (const { id } of watching) await admin('DELETE', `/api/triggers/${id}`)
}

const PATIENT = { timeout: WAIT_MS, interval: 20 }

/** A deal of another client, whose e-mail has come and whose move has begun: the portal has not answered yet. */
async function beginMove() {
  const { act } = rig.portal
  const { entityTypeId, id } = act.createItem({ entityTypeId: types.deal, categoryId: pipelines.partners })
  await rig.settled()
  const { activityId } = act.receiveMail({ bindings: [{ entityTypeId, id }] })
  await vi.waitFor(async () => {
    const open = rig.stagecue.db.selectFrom('intent').select('item_id').where('state', '=', 'open')
    expect(await open.execute()).toEqual([{ item_id: id }])
  }, PATIENT)
  return { deal: { entityTypeId, id }, own: new RegExp(`${id}|${activityId}`) }
}

/** The log of requests keeps, for its three days, the ids of those that were under way (`docs/privacy.md`). */
async function keptBesideLog(own: RegExp) {
  const { rest_log: _, ...others } = await kept(own)
  return others
}

test('whose item is being moved at that moment: it is moved, and nothing is kept of it', async () => {
  await stopWatching()
  const { portal } = rig
  portal.faults.slowMs = 3000
  const { deal, own } = await beginMove()
  portal.faults.slowMs = 0
  expect((await admin('POST', '/api/erase', { client: deal })).status).toBe(200)
  expect(await keptBesideLog(own)).toEqual({})
  await vi.waitFor(() => expect(stageOf(deal)).toBe('C4:PREPARATION'), PATIENT)
  await rig.settled()
  expect(await keptBesideLog(own)).toEqual({})
})

test('whose move has an end that nobody knows: nobody looks for it any more', async () => {
  await stopWatching()
  const { portal } = rig
  portal.faults.next({ kind: 'cut', when: 'after', method: 'crm.item.update' })
  const { deal, own } = await beginMove()
  await vi.waitFor(() => expect(stageOf(deal)).toBe('C4:PREPARATION'), PATIENT)
  expect((await admin('POST', '/api/erase', { client: deal })).status).toBe(200)
  await rig.settled()
  expect(await kept(own)).toEqual({})
})

function stageOf({ entityTypeId, id }: { entityTypeId: number; id: number }) {
  return findItem(rig.portal.world, entityTypeId, id)?.stageId
}
