import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kindCodes } from '../../../lib/triggers/index.ts'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, types, pipelines } = SEED
let rig: Rig
let admin: Api

beforeAll(async () => {
  rig = await startRig()
  admin = await rig.as(users.admin)
})
afterAll(() => rig.stop())

describe('GET /api/kinds', () => {
  it('is the catalogue: every kind with title, fields and the types that it suits', async () => {
    const { body } = await (await rig.as(users.readOnly))('GET', '/api/kinds')
    expect(body.map(({ kind }: { kind: string }) => kind)).toEqual(kindCodes)
    const missed = body.find(({ kind }: { kind: string }) => kind === 'call-missed')
    expect(missed).toEqual({
      kind: 'call-missed',
      group: 'telephony',
      title: 'Track missed call',
      description: expect.stringMatching(/\.$/),
      use: 'Move the caller’s deal to “call back”.',
      fields: [
        { name: 'line', type: 'line', required: false, default: null },
        { name: 'declined', type: 'boolean', required: false, default: false },
      ],
      entityTypes: [types.lead, types.deal, types.estimate, types.invoice, types.request],
      available: true,
      canBeRehearsed: true,
    })
  })

  it('says what the portal lacks for a kind', async () => {
    await rig.stagecue.db.updateTable('portal').set({ scope: 'crm' }).execute()
    const { body } = await admin('GET', '/api/kinds')
    const missed = body.find(({ kind }: { kind: string }) => kind === 'call-missed')
    expect(missed.available).toEqual({
      missing: 'Stagecue does not have the permission “Telephony”.',
      advice: expect.stringMatching(/administrator/),
    })
  })
})

describe('GET /api/directory', () => {
  it('lists types, pipelines and stages in the portal’s order; leads cannot be moved to conversion', async () => {
    const { body } = await admin('GET', '/api/directory')
    expect(body.map(({ entityTypeId }: { entityTypeId: number }) => entityTypeId)).toEqual([1, 2, 7, 31, types.request])
    const [lead, deal] = body
    expect(lead.pipelines[0].categoryId).toBeNull()
    const converted = lead.pipelines[0].stages.find(({ stageId }: { stageId: string }) => stageId === 'CONVERTED')
    expect(converted).toMatchObject({ semantics: 'success', canBeTarget: false })
    const partners = deal.pipelines.find(({ categoryId }: { categoryId: number }) => categoryId === pipelines.partners)
    expect(partners.stages[0]).toEqual({
      stageId: 'C4:NEW',
      title: expect.any(String),
      color: expect.any(String),
      semantics: 'process',
      canBeTarget: true,
    })
  })
})

describe('pickers', () => {
  const read = async (path: string) => (await admin('GET', path)).body
  const titles = (body: { entries: { title: string }[] }) => body.entries.map(({ title }) => title)

  it('list active employees, and find them by name', async () => {
    const all = await read('/api/users?limit=200')
    const ids = all.entries.map(({ id }: { id: number }) => id)
    expect(ids).toContain(users.sam)
    expect(ids).not.toContain(users.dismissed)
    expect(titles(await read('/api/users?search=sam'))).toEqual([expect.stringContaining('Sam')])
  })

  it('list triggers by name, without reading what a board shows of them', async () => {
    for (const name of ['Rang twice', 'Wrote', 'Rang once']) await rig.addTrigger({ name })
    const found = await read('/api/triggers/picks?search=RANG')
    expect(found).toEqual({
      entries: [
        { id: expect.any(String), title: 'Rang once' },
        { id: expect.any(String), title: 'Rang twice' },
      ],
      next: null,
    })
    const first = await read('/api/triggers/picks?limit=2')
    expect(titles(await read(`/api/triggers/picks?limit=2&cursor=${first.next}`))).toEqual(['Wrote'])
  })

  it('go on page by page', async () => {
    const found: number[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { entries: { id: number }[]; next: string | null } = await read(`/api/users?limit=3&cursor=${cursor}`)
      found.push(...page.entries.map(({ id }) => id))
      cursor = page.next
    }
    expect(found).toEqual((await read('/api/users?limit=200')).entries.map(({ id }: { id: number }) => id))
  })

  it('list telephone lines, callback forms and Open Channels', async () => {
    const ids = async (path: string) => (await read(path)).entries.map(({ id }: { id: string }) => id)
    expect(await ids('/api/lines')).toEqual(expect.arrayContaining(['reg77120', 'sip4', '4930555000']))
    expect(await ids('/api/lines?search=reg')).toEqual(['reg77120'])
    expect((await ids('/api/forms')).toSorted()).toEqual(['14', '15'])
    expect((await ids('/api/channels')).toSorted()).toEqual(['5', '6'])
  })

  it('name lines as people know them: without HTML, and calls of telephony apps by the app, or in words', async () => {
    const office = await startRig()
    office.portal.world.lines.push({ id: 'reg77121', name: 'Smith & Co "Sales" <1>' })
    office.portal.act.callIn({ restAppId: 77, phone: SEED.phones.stranger })
    office.portal.act.callIn({ restAppId: 13, phone: SEED.phones.stranger })
    office.portal.act.callIn({ line: 'REST_APP:', phone: SEED.phones.stranger })
    const api = await office.as(users.admin)
    const { body } = await api('GET', '/api/lines')
    expect(body.entries).toEqual(
      expect.arrayContaining([
        { id: 'reg77121', title: 'Smith & Co "Sales" <1>' },
        { id: 'REST_APP:77', title: 'PhoneLink' },
        { id: 'REST_APP:13', title: 'Calls of a telephony app' },
        { id: 'REST_APP:', title: 'Calls of a telephony app' },
      ]),
    )
    expect((await api('GET', '/api/lines?search=telephony')).body.entries).toHaveLength(2)
    await office.stop()
  })

  it('say which Open Channels have conversations that may not be read, once that is known', async () => {
    const office = await startRig()
    const api = await office.as(users.admin)
    const histories = async () =>
      (await api('GET', '/api/channels')).body.entries.map(({ history }: { history?: string }) => history)
    const fallback = async () => {
      const { body } = await api('GET', '/api/status')
      return body.kinds.find(({ kind }: { kind: string }) => kind === 'chat-message').fallback
    }
    expect(await histories()).toEqual([undefined, undefined])
    expect(await fallback()).toBeUndefined()
    office.portal.switches.sessionHistoryAccess = 'ACCESS_DENIED'
    await office.addTrigger({ kind: 'chat-message', fields: { text: 'price' } })
    await office.settled()
    office.portal.act.newChat({ channelId: SEED.channels.sales, text: 'the price' })
    await office.settled()
    expect((await histories()).toSorted()).toEqual(['denied', undefined])
    expect(await fallback()).toMatch(/history/)
    await office.stop()
  })

  it('say so only of a channel where two in a row are refused, if others may be read', async () => {
    const office = await startRig()
    const api = await office.as(users.admin)
    const histories = async () =>
      (await api('GET', '/api/channels')).body.entries.flatMap(({ history }: { history?: string }) => history ?? [])
    await office.addTrigger({ kind: 'chat-message', fields: { text: 'price' } })
    await office.settled()
    const chat = async (sessionHistoryAccess: 'allowed for admin' | 'ACCESS_DENIED', customerId: number) => {
      office.portal.switches.sessionHistoryAccess = sessionHistoryAccess
      office.portal.act.newChat({ channelId: SEED.channels.sales, text: 'the price', customerId })
      await office.settled()
      return histories()
    }
    expect(await chat('allowed for admin', 700)).toEqual([])
    expect(await chat('ACCESS_DENIED', 701)).toEqual([])
    expect(await chat('allowed for admin', 702)).toEqual([])
    expect(await chat('ACCESS_DENIED', 703)).toEqual([])
    expect(await chat('ACCESS_DENIED', 704)).toEqual(['denied'])
    await office.stop()
  })

  it('say what is missing where the portal does not tell', async () => {
    const portal = await startRig({ portal: { switches: { webformList: 'ERROR_METHOD_NOT_FOUND' } } })
    const api = await portal.as(users.admin)
    expect((await api('GET', '/api/forms')).body).toEqual({ entries: [], next: null, missing: 'crm.webform.list' })
    await portal.stop()
  })

  it('are for managers', async () => {
    const sam = await rig.as(users.sam)
    for (const list of ['users', 'lines', 'forms', 'channels']) {
      expect((await sam('GET', `/api/${list}`)).status, list).toBe(403)
    }
  })
})
