import { randomBytes, randomInt } from 'node:crypto'
import { openPatiently } from '../chaos/setting.ts'
import { type Portal, SEED } from '../portal/index.ts'
import { bombs, zipped } from './bombs.ts'

/** Where Stagecue is, and a portal of somebody who means no good: he owns it, so he has its application_token. */
export type Target = { url: string; portal: Portal }

/** What somebody does to stop the process or to fill its store; each can be done again and again. */
export const attacks: Readonly<Record<string, (target: Target) => Promise<void>>> = {
  'a chat message that keeps a pattern busy': async (target) => {
    for (const atom of ['[icon= title= width=', '[b=', '[s]', '[br', '-', '\u0301\u0316']) {
      const text = atom.repeat(20_000 / atom.length)
      await postEvent(target, 'ONOPENLINEMESSAGEADD', messageFields(text))
    }
  },
  'the same in the history of a conversation': async ({ portal }) => {
    portal.act.newChat({ text: '[icon= title= width='.repeat(1000) })
  },
  'forms that cost a parser memory': async ({ url }) => {
    for (const path of ['/events', '/events/access/abc', '/robots/tracked-link'])
      for (const body of Object.values(bombs)) await post(url + path, body)
  },
  'the same in a few kilobytes': async ({ url }) => {
    for (const path of ['/events', '/events/access/abc', '/robots/tracked-link', '/app', '/install'])
      for (const body of Object.values(bombs))
        await post(url + path, zipped(body), {
          'content-encoding': 'gzip',
          'content-type': 'application/x-www-form-urlencoded',
        })
  },
  "a portal's error that keeps a pattern busy": async (target) => {
    const body = { error: '<'.repeat(1_000_000), error_description: '<'.repeat(5_000_000) }
    await answered(target, { kind: 'status', status: 400, body })
  },
  "a portal's answer of sixty megabytes": (target) => {
    // Written by hand: the portals of a test share its process, and writing JSON of this size would hold up all of them for seconds.
    const body = Buffer.concat([Buffer.from('{"result":"'), Buffer.alloc(60_000_000, 'a'), Buffer.from('"}')])
    return answered(target, { kind: 'status', status: 200, body })
  },
  "a portal's answer of millions of empty lists": (target) =>
    answered(target, { kind: 'status', status: 200, body: { result: Array(2_500_000).fill([]) } }),
  'an answer that is as large as one may be': async (target) => {
    await answered(target, { kind: 'status', status: 200, body: { result: Array(240_000).fill({}) } })
    await answered(target, {
      kind: 'status',
      status: 200,
      body: { result: { result: { a: Array(240_000).fill({}) } } },
    })
    await answered(target, { kind: 'status', status: 200, body: { result: ['a'.repeat(8_000_000)] } })
  },
  'lists within lists': (target) => answered(target, { kind: 'status', status: 200, body: nested(5000) }),
  'events of items that never were': async (target) => {
    await all(50, () => postEvent(target, 'ONCRMACTIVITYUPDATE', { 'data[FIELDS][ID]': `${randomInt(1, 1_000_000)}` }))
  },
  'events of the life cycle without a token': async ({ url, portal }) => {
    const claim = { event: 'ONAPPUPDATE', 'auth[member_id]': portal.memberId, 'auth[application_token]': 'made-up' }
    await all(20, () => post(`${url}/events`, new URLSearchParams(claim)))
  },
  'sessions that somebody made up': async ({ url, portal: { memberId } }) => {
    const json = { 'content-type': 'application/json' }
    await all(20, (index) => post(`${url}/api/session`, JSON.stringify({ memberId, authId: `made-up-${index}` }), json))
  },
  'fifty questions at once that no entry of the journal answers': async ({ url, portal }) => {
    const manager = await openPatiently(url, portal, SEED.users.admin)
    await all(50, () => manager('GET', '/api/journal?userId=999999'))
  },
}

/** Does it so many times at once. */
async function all(times: number, act: (index: number) => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: times }, (_, index) => act(index)))
}

/** The next requests to the portal get that answer, and Stagecue is made to ask it. */
async function answered(target: Target, fault: Parameters<Portal['faults']['next']>[0]): Promise<void> {
  const { portal, url } = target
  for (let times = 0; times < 4; times++) portal.faults.next(fault)
  const { body } = portal.openApp(1)
  await postEvent(target, 'ONCRMACTIVITYADD', { 'data[FIELDS][ID]': String(Date.now() % 1_000_000) })
  for (let asked = 0; asked < 3; asked++) {
    const session = { memberId: portal.memberId, authId: body.AUTH_ID, applicationToken: body.APPLICATION_TOKEN }
    await post(`${url}/api/session`, JSON.stringify(session), { 'content-type': 'application/json' })
  }
  portal.faults.waiting.splice(0)
}

function nested(depth: number): unknown {
  let value: unknown = []
  for (let level = 0; level < depth; level++) value = [value]
  return { result: value }
}

/** A customer's message as an event tells it. */
export function messageFields(text: string, id: string = randomBytes(8).toString('hex')): Record<string, string> {
  return {
    'data[DATA][connector][connector_id]': 'telegrambot',
    'data[DATA][connector][line_id]': '5',
    'data[DATA][connector][chat_id]': '70012',
    'data[DATA][connector][user_id]': '602',
    'data[DATA][message][id]': id,
    'data[DATA][message][user_id]': '602',
    'data[DATA][message][text]': text,
  }
}

/** Posts an event with the portal's own token. */
export function postEvent({ url, portal }: Target, event: string, fields: Record<string, string>): Promise<number> {
  const auth = { 'auth[member_id]': portal.memberId, 'auth[application_token]': portal.applicationToken }
  return post(`${url}/events`, new URLSearchParams({ event, ...auth, ts: '1788000456', ...fields }))
}

/** Posts; the status, or 0 where the connection was broken off. */
export async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer> | URLSearchParams,
  headers: Record<string, string> = {},
): Promise<number> {
  try {
    const answer = await fetch(url, { method: 'POST', body, headers })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return 0
  }
}
