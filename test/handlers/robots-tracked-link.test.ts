import { stringify } from 'qs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ROBOT_CODE } from '../../install/robot.ts'
import { readToken, tokenIn } from '../../lib/links.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'

const { types } = SEED
const deal: { entityTypeId: number; id: number } = { entityTypeId: types.deal, id: SEED.deals.kim }
const target = 'https://acme.example/offer'

describe('The automation rule “Tracked link”', () => {
  let rig: Rig
  let later = 0
  beforeAll(async () => {
    rig = await startRig({ clock: () => new Date(Date.now() + later) })
  })
  afterAll(() => rig.stop())
  beforeEach(() => {
    // What was told at once in this minute does not count in the next one.
    later += 61_000
    rig.portal.switches.robotCallTokens = 'present'
    rig.portal.world.robotRuns.length = 0
  })

  const call = (item = deal, properties: Record<string, unknown> = { target }) =>
    rig.portal.act.runRobot(ROBOT_CODE, item, properties)
  const run: typeof call = async (...given) => {
    const called = await call(...given)
    await rig.settled()
    return called
  }

  it('is registered at installation: for all kinds of items, in three languages, with an address and a link', () => {
    const [robot] = rig.portal.world.robots
    expect(robot).toMatchObject({
      code: ROBOT_CODE,
      name: 'Tracked link',
      handler: `${rig.url}/robots/tracked-link`,
      authUserId: SEED.users.admin,
      useSubscription: true,
      properties: { target: { Type: 'string', Required: 'Y', Name: { en: 'Address', de: 'Adresse', ru: 'Адрес' } } },
      returnProperties: { link: { Type: 'string' } },
    })
    expect(robot?.documents).toHaveLength(5)
  })

  it('is brought up to date when the installation runs again', async () => {
    const [robot] = rig.portal.world.robots
    Object.assign(robot ?? {}, { handler: 'https://old.example/robots/tracked-link' })
    const admin = await rig.as(SEED.users.admin)
    const { body } = await admin('POST', '/api/install', { delegate: false })
    expect(body.steps.at(-1)).toMatchObject({ id: 'robot', status: 'done' })
    expect(rig.portal.world.robots).toMatchObject([{ handler: `${rig.url}/robots/tracked-link` }])
  })

  it.each([
    ['a lead', { entityTypeId: types.lead, id: SEED.leads.noa }],
    ['a deal', deal],
    ['an estimate', { entityTypeId: types.estimate, id: SEED.estimates.kim }],
    ['an invoice', { entityTypeId: types.invoice, id: SEED.invoices.kim }],
    ['an item of a smart process', { entityTypeId: types.request, id: SEED.requests.kim }],
  ])('gives the next rule a link for %s', async (_, item) => {
    const { status, returnValues } = await run(item)
    expect(status).toBe(200)
    const token = tokenIn(String(returnValues?.link)) ?? ''
    expect(readToken(rig.stagecue.config.linkKeys, token)).toEqual({
      portal: rig.portal.memberId,
      entityTypeId: item.entityTypeId,
      itemId: item.id,
      target,
    })
  })

  it('answers with the token of the call, although no access of ours is left', async () => {
    rig.portal.switches.robotCallTokens = 'present'
    await rig.stagecue.db.updateTable('access').set({ state: 'dead' }).execute()
    expect((await run()).returnValues?.link).toMatch(/\/l\//)
    await rig.stagecue.db.updateTable('access').set({ state: 'live' }).execute()
  })

  it.each(['none', 'refused'] as const)(
    'answers as the administrator who reads where the call’s token is %s',
    async (tokens) => {
      rig.portal.switches.robotCallTokens = tokens
      const { status, returnValues } = await run()
      expect(status).toBe(200)
      expect(returnValues?.link).toMatch(/\/l\//)
      const last = rig.portal.requests.filter(({ methods }) => methods.includes('bizproc.event.send')).at(-1)
      expect(last).toMatchObject({ userId: SEED.users.admin, status: 200 })
    },
  )

  it.each(['none', 'refused'] as const)(
    'answers when an administrator opens the app, where the call’s token is %s and nobody’s access is left',
    async (tokens) => {
      rig.portal.switches.robotCallTokens = tokens
      await rig.stagecue.db.updateTable('access').set({ state: 'dead' }).execute()
      expect(await call()).toMatchObject({ status: 200, returnValues: null })
      await rig.as(SEED.users.admin)
      await rig.settled()
      expect(rig.portal.world.robotRuns.at(-1)?.returnValues?.link).toMatch(/\/l\//)
    },
  )

  it.each(['javascript:alert(1)', 'ftp://acme.example', '', 'acme.example', undefined])(
    'gives no link to %s, but lets the rules behind it go on and says why',
    async (bad) => {
      const { status, returnValues, logMessage } = await run(deal, bad === undefined ? {} : { target: bad })
      expect([status, returnValues]).toEqual([422, { link: '' }])
      expect(logMessage).toMatch(/http/)
    },
  )

  it('tells the portal later when it cannot be told now', async () => {
    rig.portal.faults.next({ method: 'bizproc.event.send', kind: 'status', status: 502, times: 3 })
    const { status, eventToken } = await call()
    expect(status).toBe(200)
    const kept = JSON.stringify(await rig.stagecue.db.selectFrom('work').selectAll().execute())
    expect(kept).not.toContain(eventToken)
    await rig.settled()
    expect(rig.portal.world.robotRuns.at(-1)?.returnValues?.link).toMatch(/\/l\//)
  })

  it('is given up where the portal refuses it, and not asked about again', async () => {
    const { faults, requests } = rig.portal
    const told = () => requests.filter(({ methods }) => methods.includes('bizproc.event.send')).length
    const body = { error: 'ACCESS_DENIED', error_description: 'Access denied!' }
    const before = told()
    faults.next({ method: 'bizproc.event.send', kind: 'refusal', status: 403, body, times: 20 })
    await run()
    faults.waiting.splice(0)
    const answers = rig.stagecue.db.selectFrom('work').select(['state', 'reason']).where('kind', '=', 'answer-robot')
    const last = await answers.orderBy('id', 'desc').executeTakeFirst()
    expect(last).toEqual({ state: 'done', reason: 'refused:ACCESS_DENIED' })
    expect(told() - before).toBe(2)
  })

  describe('is believed like an event', () => {
    const call = async (change: Record<string, unknown> = {}) => {
      const body = {
        document_id: ['crm', 'CCrmDocumentDeal', `DEAL_${deal.id}`],
        event_token: 'nobody.waits',
        properties: { target },
        auth: {
          member_id: rig.portal.memberId,
          application_token: rig.portal.applicationToken,
          access_token: 'x',
          domain: 'evil.example',
          client_endpoint: 'http://evil.example/rest/',
        },
        ...change,
      }
      const response = await fetch(`${rig.url}/robots/tracked-link`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: stringify(body),
      })
      return response.status
    }
    const auth = (change: object) => ({
      auth: {
        member_id: rig.portal.memberId,
        application_token: rig.portal.applicationToken,
        access_token: 'x',
        ...change,
      },
    })

    it.each([
      ['another application_token', 403, () => auth({ application_token: 'x'.repeat(32) })],
      ['no application_token', 403, () => auth({ application_token: undefined })],
      ['an unknown portal', 403, () => auth({ member_id: 'f'.repeat(32) })],
      ['no document', 400, () => ({ document_id: undefined })],
      ['a document that is no item', 400, () => ({ document_id: ['crm', 'CCrmDocumentContact', 'CONTACT_502'] })],
      ['a document of another module', 400, () => ({ document_id: ['lists', 'BizprocDocument', 'DEAL_31'] })],
      ['no rule that waits', 400, () => ({ event_token: undefined })],
    ])('%s: %i', async (_, status, change) => {
      expect(await call(change())).toBe(status)
    })
  })
})

it('Without the scope there is no rule, and the installation says so', async () => {
  const rig = await startRig({ install: false })
  rig.portal.world.app.scope = ['crm']
  rig.portal.beginInstall()
  const admin = await rig.as(SEED.users.admin)
  const { body } = await admin('POST', '/api/install', { delegate: false })
  expect([body.ready, body.steps.at(-1).status]).toEqual([true, 'skipped'])
  expect(body.steps.at(-1).detail).toMatch(/Workflows/)
  expect(rig.portal.world.robots).toEqual([])
  await rig.stop()
})

it('Where the portal’s plan has no automation there is no rule, all else is installed, and the step says so plainly', async () => {
  const rig = await startRig({ install: false, portal: { switches: { automationFeature: 'missing' } } })
  rig.portal.beginInstall()
  const admin = await rig.as(SEED.users.admin)
  const { body } = await admin('POST', '/api/install', { delegate: false })
  expect([body.ready, body.steps.at(-1).status]).toEqual([true, 'skipped'])
  expect(body.steps.at(-1).detail).toMatch(/no automation rules/)
  await rig.stop()
})
