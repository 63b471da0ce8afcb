import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommandResult } from '../../../lib/bitrix24/client/rest.ts'
import { PortalUnavailableError, RejectedError } from '../../../lib/bitrix24/errors/errors.ts'
import { probePortal, questions } from '../../../lib/bitrix24/probe/index.ts'
import type { Found } from '../../../lib/bitrix24/probe/question.ts'
import { trick } from '../../../lib/bitrix24/probe/trick.ts'
import { probeIds } from '../../../lib/domain/probe.ts'
import { SEED, type Switches } from '../../portal/index.ts'
import { type SetUp, setUp } from './set-up.ts'

const { users } = SEED
const scopes = ['crm', 'telephony', 'imopenlines', 'bizproc']

let world: SetUp
beforeEach(async () => {
  world = await setUp()
  await world.open(users.admin)
})
afterEach(() => world.stop())

async function probe(granted: readonly string[] = scopes) {
  const client = await world.clients.asReader(world.portal.memberId, 'work')
  return probePortal(client, granted)
}

/** A conversation in which a customer has written. */
function aConversation(): void {
  const { sessionId } = world.portal.act.newChat()
  world.portal.act.customerMessage(sessionId, 'Price please')
}

/** Turns switches of the portal; what depends on others stays in its first position. */
function turn(switches: Partial<Switches>): void {
  Object.assign(world.portal.switches, switches)
}

describe('the probe of a portal', () => {
  it('finds out in two requests that change nothing what the portal does', async () => {
    aConversation()
    const before = structuredClone(world.portal.world)
    world.portal.requests.length = 0
    const found = await probe()
    expect(found).toMatchObject({
      trick: { answer: 'yes' },
      statistics: { answer: 'yes' },
      lines: { answer: 'yes' },
      forms: { answer: 'yes' },
      channels: { answer: 'yes' },
      histories: { answer: 'yes' },
      'connector-mid': { answer: 'yes' },
      automation: { answer: 'yes' },
      bucket: { answer: 'usual', detail: 'std' },
      zone: { answer: 'same' },
      events: { answer: 'yes', detail: expect.stringContaining(String(SEED.types.request)) },
    })
    expect(world.portal.requests).toHaveLength(2)
    expect(world.portal.requests.flatMap(({ error }) => error ?? [])).toEqual([])
    expect(structuredClone(world.portal.world)).toEqual(before)
  })

  it('keeps no names, numbers or words of anybody', async () => {
    aConversation()
    const kept = JSON.stringify(await probe())
    for (const line of world.portal.world.lines) expect(kept).not.toContain(line.name)
    expect(kept).not.toMatch(/Price|Kim|\+49/)
  })

  it.each([
    [{ webformList: 'ERROR_METHOD_NOT_FOUND' }, 'forms', { answer: 'no' }],
    [{ sessionHistoryAccess: 'ACCESS_DENIED' }, 'histories', { answer: 'no', detail: 'ACCESS_DENIED' }],
    [{ sessionHistoryAccess: 'ACCESS_DENIED' }, 'connector-mid', { answer: 'unknown' }],
    [{ connectorMid: 'absent' }, 'connector-mid', { answer: 'no' }],
    [{ automationFeature: 'missing' }, 'automation', { answer: 'no', detail: 'ERROR_METHOD_NOT_FOUND' }],
    [{ licenseFamily: 'ent' }, 'bucket', { answer: 'large', detail: 'ent' }],
    [{ readerZoneOffset: -8 }, 'zone', { answer: 'different', detail: '-8' }],
    [{ readerZoneOffset: 8 }, 'zone', { answer: 'different', detail: '+8' }],
    [{ pastEndPage: 'empty' }, 'trick', { answer: 'yes' }],
    [{ groupChatConnector: 'yes' }, 'histories', { answer: 'yes' }],
  ] satisfies [Partial<Switches>, (typeof probeIds)[number], object][])('%j: %s', async (switches, id, answer) => {
    turn(switches)
    aConversation()
    expect((await probe())[id]).toEqual(answer)
  })

  it('says what cannot be asked for want of a scope', async () => {
    const found = await probe(['crm'])
    for (const id of ['statistics', 'lines', 'channels', 'histories', 'connector-mid', 'automation'] as const) {
      expect(found[id], id).toEqual({ answer: 'no-scope' })
    }
  })

  it('says what the reader has no right to', async () => {
    world.portal.act.setRights(users.admin, { telephonyStatistics: false, manageNumbers: false })
    expect(await probe()).toMatchObject({
      statistics: { answer: 'no', detail: 'ACCESS_DENIED' },
      lines: { answer: 'no', detail: 'ACCESS_DENIED' },
    })
  })

  it('knows nothing of conversations where there is none yet', async () => {
    expect(await probe()).toMatchObject({ histories: { answer: 'unknown' }, 'connector-mid': { answer: 'unknown' } })
  })

  it('leaves out what the portal could not say now', async () => {
    const error = { error: 'INTERNAL_SERVER_ERROR' }
    const body = { result: { result: [], result_error: { bucket: error, trick_deals: error, lines: error } } }
    world.portal.faults.next({ kind: 'status', status: 200, body })
    const found = await probe()
    for (const id of ['bucket', 'trick', 'lines', 'events'] as const) expect(found[id], id).toBeUndefined()
  })

  it('has a question for everything that is kept, and one more that only a delegation answers', () => {
    expect(questions.map(({ id }) => id).toSorted()).toEqual(probeIds.filter((id) => id !== 'delegation').toSorted())
    const names = questions.flatMap(({ commands }) => Object.keys(commands))
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('the trick of references', () => {
  const ok = (result: unknown): CommandResult => ({ ok: true, result })
  const refused: CommandResult = { ok: false, error: new RejectedError({ code: '100' }) }
  const passing: CommandResult = { ok: false, error: new PortalUnavailableError({ code: '400' }) }
  const items = (...ids: number[]) => ok({ items: ids.map((id) => ({ id })) })
  const activities = (...ids: number[]) => ok(ids.map((ID) => ({ ID: String(ID) })))

  const holds: Found = {
    trick_deals: items(31, 30),
    trick_deals_hit: items(31),
    trick_deals_miss: items(),
    trick_leads: items(),
    trick_leads_hit: items(),
    trick_leads_miss: items(),
    trick_activities: activities(9, 8),
    trick_activities_hit: activities(9),
    trick_activities_miss: activities(),
  }
  const nothingThere: Found = {
    ...holds,
    trick_deals: items(),
    trick_deals_hit: items(),
    trick_activities: activities(),
    trick_activities_hit: activities(),
  }

  it.each([
    ['hits find one, misses none', {}, 'yes'],
    ['a miss finds all', { trick_deals_miss: items(31, 30) }, 'no'],
    ['a miss finds item 1', { trick_leads_miss: items(1) }, 'no'],
    ['a miss of activities finds some', { trick_activities_miss: activities(9) }, 'no'],
    ['a miss is refused', { trick_deals_miss: refused }, 'no'],
    ['a hit finds nothing', { trick_deals_hit: items() }, 'no'],
    ['a hit finds all', { trick_activities_hit: activities(9, 8) }, 'no'],
    ['a hit is refused', { trick_activities_hit: refused }, 'no'],
    ['one list is refused to the reader', { trick_leads: refused, trick_leads_miss: refused }, 'yes'],
    ['the answer is no list', { trick_deals_hit: ok('31') }, 'no'],
    ['there is trouble', { trick_deals_hit: passing }, null],
    [
      'there is trouble, but one has shown that it fails',
      { trick_deals_hit: passing, trick_leads_miss: items(1) },
      'no',
    ],
    ['one answer is missing', { trick_activities_miss: undefined }, null],
  ])('where %s', (_, change, answer) => {
    expect(trick.answer({ ...holds, ...change } as Found)?.answer ?? null).toBe(answer)
  })

  it('is not known where there is nothing to find, unless a miss finds something', () => {
    expect(trick.answer(nothingThere)).toEqual({ answer: 'unknown' })
    expect(trick.answer({ ...nothingThere, trick_deals_miss: items(1) })).toEqual({ answer: 'no' })
  })
})
