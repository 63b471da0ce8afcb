import { afterAll, beforeAll, expect, test } from 'vitest'
import { tablesOfPortal } from '../../lib/store/erasure.ts'
import { findKnownKeys } from '../../lib/store/occurrences.ts'
import type { Api } from '../api.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'
import { clickLink, clicksRecorded, linkTo } from '../tracked-link.ts'

const { users, types, pipelines } = SEED

/** Ids that nothing else has: wherever one stands, it is this client's. */
const OWN_IDS = 770_000
const OWN = /77\d{4}|canary/i

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
}, 60_000)
afterAll(() => rig.stop())

/** The tables that hold something of the client, and what. */
async function kept(): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const table of tablesOfPortal) {
    const rows = await rig.stagecue.db.selectFrom(table).selectAll().execute()
    const told = rows.map((row) => JSON.stringify(row)).find((text) => OWN.test(text))
    if (told !== undefined) found[table] = told
  }
  return found
}

test('something is kept of a client in every table that may hold it', async () => {
  expect(Object.keys(await kept()).sort()).toEqual(
    [
      'conversation',
      'decision',
      'heard_message',
      'intent',
      'item_field',
      'occurrence',
      'rest_log',
      'sent_mail',
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
