import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../handlers/http/limits.ts'
import { ROBOT_CODE } from '../../install/robot.ts'
import type { FrameParams, Portal } from '../portal/index.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'

const { users, types, deals } = SEED

/** Calls of the API and of rules that one may make in a minute. */
const CALLS = 200

let rig: Rig
let later = 0
beforeAll(async () => {
  const clock = () => new Date(Date.now() + later)
  rig = await startRig({
    portal: { limits: { enabled: false } },
    env: { TRUST_PROXY: '1' },
    limits: { ...defaultLimits, api: CALLS },
    clock,
  })
  await rig.addTrigger({ kind: 'email-incoming' })
})
// What one attack used up is there again a minute later.
beforeEach(() => {
  later += 61_000
})
afterAll(() => rig.stop())

/** An address of somebody who has a whole network of IPv6. */
const inNetwork = (network: number, host: number) => `2001:db8:${network.toString(16)}:1::${(host + 1).toString(16)}`
const hex = () => randomBytes(16).toString('hex')

async function postEvent(from: string, event: string, auth: Record<string, string>): Promise<number> {
  const pairs = Object.entries(auth).map(([name, value]): [string, string] => [`auth[${name}]`, value])
  const body = new URLSearchParams([['event', event], ['ts', '1788000456'], ...pairs])
  const response = await fetch(`${rig.url}/events`, { method: 'POST', body, headers: { 'x-forwarded-for': from } })
  await response.arrayBuffer()
  return response.status
}

const claimOf = (portal: Portal, { body }: FrameParams) => ({
  memberId: portal.memberId,
  authId: body.AUTH_ID,
  refreshId: body.REFRESH_ID,
  applicationToken: body.APPLICATION_TOKEN,
  serverEndpoint: body.SERVER_ENDPOINT,
})

async function open(from: string, claim: object) {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': from }
  const response = await fetch(`${rig.url}/api/session`, { method: 'POST', headers, body: JSON.stringify(claim) })
  await response.arrayBuffer()
  return { status: response.status, retryAfter: response.headers.get('retry-after') }
}

/** A call of the automation rule as somebody makes it up who knows the application_token: no rule waits. */
async function callRule(from: string, target: string, auth: Record<string, string> = {}): Promise<number> {
  const { memberId, applicationToken } = rig.portal
  const proof = { member_id: memberId, application_token: applicationToken, access_token: hex(), ...auth }
  const pairs = Object.entries(proof).map(([name, value]) => [`auth[${name}]`, value])
  const body = new URLSearchParams({
    'document_id[0]': 'crm',
    'document_id[2]': `DEAL_${deals.kim}`,
    event_token: hex(),
    'properties[target]': target,
    ...Object.fromEntries(pairs),
  })
  const headers = { 'x-forwarded-for': from }
  const response = await fetch(`${rig.url}/robots/tracked-link`, { method: 'POST', body, headers })
  await response.arrayBuffer()
  return response.status
}

/** How often each of these came. */
const tally = (all: number[]) => Object.fromEntries([...Map.groupBy(all, (one) => one)].map(([k, v]) => [k, v.length]))
const proofs = (portal: Portal) => portal.requests.filter(({ methods }) => methods.includes('app.info')).length
const exchanges = () => rig.emulator.refreshes.length

describe('a stranger who knows a member_id cannot stop its work', () => {
  it('by lifecycle events without any token, from as many addresses as he likes', async () => {
    const before = proofs(rig.portal)
    const claim = (n: number) => ({
      member_id: rig.portal.memberId,
      application_token: hex(),
      access_token: hex(),
      refresh_token: hex(),
      server_endpoint: `${rig.emulator.oauthUrl}/rest/`,
      n: String(n),
    })
    const posted = Array.from({ length: 300 }, (_, n) =>
      postEvent(inNetwork(n % 3, n), n % 2 ? 'ONAPPUPDATE' : 'ONAPPINSTALL', claim(n)),
    )
    const { 200: kept = 0, ...refused } = tally(await Promise.all(posted))
    expect(kept).toBeLessThanOrEqual(18)
    expect(Object.keys(refused)).toEqual(['429'])
    const due = () =>
      rig.stagecue.db.selectFrom('work').select(['kind', 'due_at']).where('subject', 'like', 'ONAPP%:unknown').execute()
    // One of each kind at most waits, and no sooner than ten seconds after the one before.
    expect((await due()).length).toBeLessThanOrEqual(4)
    expect(proofs(rig.portal) - before).toBeLessThanOrEqual(4)
    // A customer writes meanwhile.
    rig.portal.act.receiveMail()
    await expect.poll(() => rig.story()).toEqual([expect.stringMatching(/moved C4:NEW>/)])
    expect(proofs(rig.portal) - before).toBeLessThanOrEqual(4)
  })

  it('nor keep a true claim from being heard', async () => {
    const { db } = rig.stagecue
    await db.updateTable('portal').set({ application_token: 'an older one' }).execute()
    await db.deleteFrom('work').where('subject', 'like', 'ONAPP%').execute()
    const { body } = rig.portal.openApp(users.admin)
    const claim = {
      member_id: rig.portal.memberId,
      application_token: rig.portal.applicationToken,
      access_token: String(body.AUTH_ID),
      refresh_token: String(body.REFRESH_ID),
    }
    expect(await postEvent('198.51.100.7', 'ONAPPUPDATE', claim)).toBe(200)
    const token = async () => await db.selectFrom('portal').select('application_token').executeTakeFirst()
    await expect.poll(token).toEqual({ application_token: rig.portal.applicationToken })
  })
})

describe('made-up sessions do not keep a company’s people out', () => {
  it('without its application token: few of them reach the portal, and colleagues get in', async () => {
    const before = proofs(rig.portal)
    const made = () => ({ memberId: rig.portal.memberId, authId: hex(), refreshId: hex() })
    const answers = await Promise.all(Array.from({ length: 180 }, (_, n) => open(inNetwork(n % 3, n), made())))
    expect(Object.keys(tally(answers.map(({ status }) => status)))).toEqual(['401', '429'])
    for (const { status, retryAfter } of answers) expect(retryAfter !== null).toBe(status === 429)
    expect(proofs(rig.portal) - before).toBeLessThanOrEqual(35)
    const honest = await open(inNetwork(0, 1), claimOf(rig.portal, rig.portal.openApp(users.sam)))
    expect(honest.status).toBe(200)
  })

  it('nor from portals that do not name the token to their pages, where colleagues opened the app before', async () => {
    const older = () => ({ ...claimOf(rig.portal, rig.portal.openApp(users.ines)), applicationToken: undefined })
    expect((await open('203.0.113.6', older())).status).toBe(200)
    const made = () => ({ memberId: rig.portal.memberId, authId: hex(), refreshId: hex() })
    await Promise.all(Array.from({ length: 90 }, (_, n) => open(inNetwork(40 + n, n), made())))
    expect((await open('203.0.113.7', older())).status).toBe(429)
    expect((await open('203.0.113.6', older())).status).toBe(200)
  })

  it('of an insider: his address is asked for twenty, his colleagues at another get in', async () => {
    const token = rig.portal.applicationToken
    const colleague = '203.0.113.5'
    expect((await open(colleague, claimOf(rig.portal, rig.portal.openApp(users.ines)))).status).toBe(200)
    const before = proofs(rig.portal)
    const made = () => ({ memberId: rig.portal.memberId, authId: hex(), refreshId: hex(), applicationToken: token })
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => open(inNetwork(9, n), made())))
    expect(Object.keys(tally(answers.map(({ status }) => status)))).toEqual(['401', '429'])
    expect(proofs(rig.portal) - before).toBeLessThanOrEqual(30)
    await Promise.all(Array.from({ length: 60 }, (_, n) => open(inNetwork(10 + n, n), made())))
    const honest = await open(colleague, claimOf(rig.portal, rig.portal.openApp(users.sam)))
    expect(honest.status).toBe(200)
  })

  it('with one and the same token: the portal is asked once', async () => {
    const before = proofs(rig.portal)
    const claim = { memberId: rig.portal.memberId, authId: hex(), applicationToken: rig.portal.applicationToken }
    for (let n = 0; n < 30; n++) expect((await open('203.0.113.77', claim)).status).toBe(401)
    expect(proofs(rig.portal) - before).toBe(1)
  })

  it('nor do those who open many tabs: their proof holds for ten minutes, and ends with the access', async () => {
    const claim = claimOf(rig.portal, rig.portal.openApp(users.readOnly))
    const before = proofs(rig.portal)
    const tabs = await Promise.all(Array.from({ length: 20 }, () => open('203.0.113.78', claim)))
    expect(tally(tabs.map(({ status }) => status))).toEqual({ 200: 20 })
    for (let later = 0; later < 3; later++) expect((await open('203.0.113.78', claim)).status).toBe(200)
    expect(proofs(rig.portal) - before).toBe(1)
    await rig.stagecue.db.deleteFrom('access').where('user_id', '=', users.readOnly).execute()
    expect((await open('203.0.113.78', claim)).status).toBe(200)
    expect(proofs(rig.portal) - before).toBe(2)
  })
})

describe('portals that nobody knows', () => {
  it('one address takes nobody’s place, and the OAuth server is not flooded in our name', async () => {
    const before = exchanges()
    const claim = () => ({
      member_id: hex(),
      application_token: hex(),
      access_token: hex(),
      refresh_token: hex(),
      server_endpoint: `${rig.emulator.oauthUrl}/rest/`,
    })
    const posted = await Promise.all(
      Array.from({ length: 300 }, (_, n) => postEvent(inNetwork(20, n), 'ONAPPINSTALL', claim())),
    )
    expect(tally(posted)).toEqual({ 200: 5, 429: 295 })
    expect(await postEvent('203.0.113.99', 'ONAPPINSTALL', claim())).toBe(200)
    const made = () => ({ memberId: hex(), authId: hex(), refreshId: hex(), serverEndpoint: claim().server_endpoint })
    const sessions = await Promise.all(Array.from({ length: 200 }, (_, n) => open(inNetwork(30 + n, n), made())))
    const { 401: refused = 0, ...others } = tally(sessions.map(({ status }) => status))
    expect(refused).toBeLessThanOrEqual(30)
    expect(Object.keys(others)).toEqual(['503'])
    await rig.settled()
    expect(exchanges() - before).toBeLessThanOrEqual(36)
  })
})

describe('made-up calls of the automation rule', () => {
  const told = () => rig.portal.requests.filter(({ methods }) => methods.includes('bizproc.event.send')).length
  const offer = 'https://acme.example/offer'

  it('cost the portal a few requests, and neither its pages nor a rule that waits have to wait for them', async () => {
    const before = told()
    const made = Array.from({ length: 2 * CALLS }, (_, n) => callRule(inNetwork(200 + (n % 4), n), offer))
    expect(tally(await Promise.all(made))).toEqual({ 200: 2 * CALLS })
    const run = await rig.portal.act.runRobot(
      ROBOT_CODE,
      { entityTypeId: types.deal, id: deals.kim },
      { target: offer },
    )
    expect(run.status).toBe(200)
    const honest = await open('203.0.113.8', claimOf(rig.portal, rig.portal.openApp(users.sam)))
    expect(honest.status).toBe(200)
    await expect.poll(() => run.returnValues?.link).toMatch(/\/l\//)
    await rig.settled()
    expect(told() - before).toBeLessThanOrEqual(30)
  })

  it('nor do those of one network use up what the portal’s own address may bring', async () => {
    const made = Array.from({ length: CALLS + 10 }, (_, n) => callRule(inNetwork(210, n), offer))
    expect(tally(await Promise.all(made))).toEqual({ 200: CALLS, 429: 10 })
    const run = await rig.portal.act.runRobot(
      ROBOT_CODE,
      { entityTypeId: types.deal, id: deals.kim },
      { target: offer },
    )
    expect(run.status).toBe(200)
    await rig.settled()
  })

  it('nor do rules of one portal that name no address keep out another’s, which come from the same servers', async () => {
    const { db } = rig.stagecue
    const own = await db.selectFrom('portal').selectAll().executeTakeFirstOrThrow()
    const other = { member_id: hex(), application_token: hex() }
    await db
      .insertInto('portal')
      .values({ ...own, ...other })
      .execute()
    const servers = '203.0.113.9'
    const made = Array.from({ length: CALLS + 10 }, () => callRule(servers, 'none'))
    expect(tally(await Promise.all(made))).toEqual({ 422: CALLS, 429: 10 })
    expect(await callRule(servers, offer, other)).toBe(200)
    await db.deleteFrom('work').where('kind', '=', 'answer-robot').execute()
    await db.deleteFrom('portal').where('member_id', '=', other.member_id).execute()
  })
})

it('one portal’s events to codes that it made up keep out no access that another’s servers bring', async () => {
  const post = async (code: string) => {
    const headers = { 'x-forwarded-for': '203.0.113.10' }
    const response = await fetch(`${rig.url}/events/access/${code}`, {
      method: 'POST',
      body: 'event=ONAPPTEST',
      headers,
    })
    await response.arrayBuffer()
    return response.status
  }
  expect(tally(await Promise.all(Array.from({ length: CALLS + 10 }, () => post(hex()))))).toEqual({ 404: CALLS + 10 })
})
