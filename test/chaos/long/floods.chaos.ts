import { randomBytes } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'
import { messageFields, post, postEvent, type Target } from '../../security/attacks.ts'
import { clickLink, linkTo } from '../../tracked-link.ts'

const MEGABYTE = 1024 * 1024

let rig: Rig
afterEach(() => rig.stop())

/** What whoever has opened the app once, or a stranger, may send us without end. */
const floods: Readonly<Record<string, (target: Target, index: number) => Promise<unknown>>> = {
  'events of different items': (target, index) =>
    postEvent(target, 'ONCRMACTIVITYUPDATE', { 'data[FIELDS][ID]': `${1_000_000 + index}` }),
  'events of a megabyte': (target, index) =>
    postEvent(target, 'ONCRMACTIVITYADD', { 'data[FIELDS][ID]': `${index}`, 'data[X]': 'x'.repeat(900_000) }),
  'messages by the thousand': (target) => postEvent(target, 'ONOPENLINEMESSAGEADD', thousandMessages()),
  'events that cannot be read': (target, index) => postEvent(target, 'ONCRMACTIVITYADD', { 'data[X]': `${index}` }),
  'claims of the app’s life': (target) =>
    postEvent(target, 'ONAPPUPDATE', { 'auth[access_token]': randomBytes(900).toString('hex') }),
  'portals that were made up': ({ url }) =>
    post(
      `${url}/events`,
      new URLSearchParams({
        event: 'ONAPPINSTALL',
        'auth[member_id]': randomBytes(16).toString('hex'),
        'auth[access_token]': randomBytes(900).toString('hex'),
        'auth[refresh_token]': randomBytes(900).toString('hex'),
      }),
    ),
  'calls of the automation rule': ({ url, portal }, index) =>
    post(
      `${url}/robots/tracked-link`,
      new URLSearchParams({
        'auth[member_id]': portal.memberId,
        'auth[application_token]': portal.applicationToken,
        'auth[access_token]': randomBytes(900).toString('hex'),
        'document_id[0]': 'crm',
        'document_id[2]': `DEAL_${index + 1}`,
        event_token: randomBytes(450).toString('hex'),
        'properties[target]': `https://${index}.example/${'x'.repeat(1900)}`,
      }),
    ),
  'clicks on one link': () => clickLink(linkTo(rig, { entityTypeId: 2, id: SEED.deals.kim }, 'https://acme.example/')),
}

const COUNTS: Readonly<Record<string, number>> = {
  'events of different items': 15_000,
  'events of a megabyte': 200,
  'calls of the automation rule': 2000,
}
const USUAL_COUNT = 400
const AT_ONCE = 40

function thousandMessages(): Record<string, string> {
  const all: [string, string][] = []
  for (let index = 0; index < 990; index++)
    for (const [name, value] of Object.entries(messageFields('price')))
      all.push([name.replace('data[DATA]', `data[DATA][${index}]`), value])
  return Object.fromEntries(all)
}

test('floods of all kinds together take less than twenty megabytes', { timeout: 1_200_000 }, async () => {
  rig = await startRig()
  await rig.as(SEED.users.sam)
  await rig.addTrigger({ kind: 'chat-message', fields: { text: 'price' } })
  await rig.settled()
  const before = bytesOf(rig.dataDir)
  const target = { url: rig.url, portal: rig.portal }
  for (const [name, flood] of Object.entries(floods)) {
    const count = COUNTS[name] ?? USUAL_COUNT
    for (let sent = 0; sent < count; sent += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => flood(target, sent + index)))
    expect(bytesOf(rig.dataDir) - before, name).toBeLessThan(20 * MEGABYTE)
  }
  expect((await fetch(`${rig.url}/health`)).status).toBe(200)
  await expect
    .poll(() => bytesOf(rig.dataDir) - before, { timeout: 60_000, interval: 2000 })
    .toBeLessThan(20 * MEGABYTE)
})

/** Everything in a folder. */
function bytesOf(folder: string): number {
  return readdirSync(folder).reduce(
    (sum, file) => sum + (statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}
