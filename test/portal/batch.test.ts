import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SEED } from './index.ts'
import { call, type Fixture, result, setUp } from './testing.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await setUp([], { limits: { enabled: false } })
})
afterAll(() => fixture.stop())

const batch = (cmd: object, halt: 0 | 1 = 0) => result(fixture.portal, fixture.admin, 'batch', { halt, cmd })

describe('a batch', () => {
  test('answers its commands by name, with totals and times, empty maps as lists', async () => {
    const answer = await batch({ me: 'profile', deals: 'crm.item.list?entityTypeId=2&select[]=id' })
    expect(answer.result.me.ID).toBe(String(SEED.users.admin))
    expect(answer.result_total).toEqual({ deals: answer.result.deals.items.length })
    expect(Object.keys(answer.result_time)).toEqual(['me', 'deals'])
    expect(answer.result_error).toEqual([])
    expect(answer.result_next).toEqual([])
  })

  test('with numbered commands answers lists', async () => {
    const answer = await batch(['profile', 'user.admin'])
    expect(answer.result).toEqual([expect.objectContaining({ ID: '1' }), true])
    expect(answer.result_time).toHaveLength(2)
  })

  test('is fine as a whole when commands fail, and goes on', async () => {
    const { status, body } = await call(fixture.portal, fixture.admin, 'batch', {
      cmd: { bad: 'crm.item.get?entityTypeId=2&id=999999', good: 'user.admin' },
    })
    expect(status).toBe(200)
    expect(body.result.result).toEqual({ good: true })
    expect(body.result.result_error).toEqual({ bad: { error: 'NOT_FOUND', error_description: 'Item not found' } })
  })

  test('stops at the first error when told to halt', async () => {
    const answer = await batch({ a: 'user.admin', b: 'crm.nothing', c: 'user.admin' }, 1)
    expect(Object.keys(answer.result)).toEqual(['a'])
    expect(Object.keys(answer.result_error)).toEqual(['b'])
  })

  test('holds no other batch', async () => {
    const { result_error } = await batch({ inner: 'batch?cmd[a]=profile' })
    expect(result_error.inner.error).toBe('ERROR_BATCH_METHOD_NOT_ALLOWED')
  })

  test('runs fifty commands and refuses the rest', async () => {
    const answer = await batch(Array.from({ length: 52 }, () => 'user.admin'))
    expect(answer.result).toHaveLength(50)
    expect(Object.keys(answer.result_error)).toEqual(['50', '51'])
    expect(answer.result_error['50'].error).toBe('ERROR_BATCH_LENGTH_EXCEEDED')
  })
})

describe('references to earlier results', () => {
  test('lead from an activity to its bindings and items', async () => {
    const { activityId } = fixture.portal.act.receiveMail()
    const answer = await batch({
      a: `crm.activity.list?filter[ID][]=${activityId}&select[]=ID`,
      b: 'crm.activity.binding.list?activityId=$result[a][0][ID]',
      i: 'crm.item.get?entityTypeId=$result[b][0][entityTypeId]&id=$result[b][0][entityId]',
      l: 'crm.item.list?entityTypeId=2&filter[id]=$result[i][item][id]',
      h: 'crm.stagehistory.list?entityTypeId=2&filter[OWNER_ID]=$result[l][items][0][id]',
    })
    expect(answer.result_error).toEqual([])
    expect(answer.result.i.item.id).toBe(SEED.deals.kim)
    expect(answer.result.h.items[0].OWNER_ID).toBe(SEED.deals.kim)
  })

  test('can stand inside a text', async () => {
    const answer = await batch({
      u: `crm.item.get?entityTypeId=2&id=${SEED.deals.kim}`,
      t: 'crm.timeline.logmessage.add?fields[entityTypeId]=2&fields[entityId]=$result[u][item][id]&fields[title]=x&fields[text]=deal $result[u][item][id]!',
    })
    expect(answer.result.t.logMessage.text).toBe(`deal ${SEED.deals.kim}`)
  })

  const entry = (id: string) =>
    `crm.timeline.logmessage.add?fields[entityTypeId]=2&fields[entityId]=${id}&fields[title]=x&fields[text]=y`
  const newEntries = async (cmd: object) => {
    const before = fixture.portal.world.timeline.length
    const answer = await batch(cmd)
    return { answer, ids: fixture.portal.world.timeline.slice(before).map(({ entityId }) => entityId) }
  }

  test('that lead nowhere are the map of all results: a list is asked for everything, an entry stands on item 1', async () => {
    const { answer, ids } = await newEntries({
      other: 'user.admin',
      u: 'crm.item.update?entityTypeId=2&id=999999&fields[stageId]=WON',
      t: entry('$result[u][item][id]'),
      b: 'crm.activity.binding.list?activityId=$result[u][0][ID]',
      l: 'crm.item.list?entityTypeId=2&filter[@id][0]=$result[u][0][id]',
    })
    expect(answer.result_error).toMatchObject({
      u: { error: 'NOT_FOUND' },
      b: { error: '100' },
      l: { error: 'INVALID_ARG_VALUE' },
    })
    expect(ids).toEqual([1])
  })

  test('with a 0 before them harm nobody', async () => {
    const { activityId } = fixture.portal.act.receiveMail()
    const { answer, ids } = await newEntries({
      u: 'crm.item.update?entityTypeId=2&id=999999&fields[stageId]=WON',
      t: entry('0$result[u][item][id]'),
      b: `crm.activity.binding.list?activityId=${activityId}`,
      c: 'crm.activity.binding.list?activityId=0$result[u][0][ID]',
      l: 'crm.item.list?entityTypeId=2&select[]=id&filter[@id][0]=0$result[b][0][entityId]&filter[@id][1]=0$result[b][9][entityId]',
    })
    expect(answer.result_error).toMatchObject({ t: { error: 'OWNER_NOT_FOUND' }, c: { error: '100' } })
    expect(answer.result.l.items).toEqual([{ id: SEED.deals.kim }])
    expect(ids).toEqual([])
  })

  test('lose what follows their last bracket, up to the next blank', async () => {
    await batch({
      one: `crm.item.get?entityTypeId=2&id=${SEED.deals.kim}`,
      o: 'user.option.set?options[x]=([b]$result[one][item][id][/b]) was%20moved',
    })
    expect(fixture.portal.world.userOptions.get(SEED.users.admin)).toEqual({ x: `([b]${SEED.deals.kim} was moved` })
  })

  test('leave texts as they are, unless a security module breaks up what might be a script', async () => {
    const text = 'a < b, <form>, <formula>, javascript:x, onclick=y, online'
    const add = `crm.timeline.comment.add?${new URLSearchParams({ 'fields[ENTITY_ID]': '31', 'fields[ENTITY_TYPE]': 'deal', 'fields[COMMENT]': text })}`
    for (const securityFilter of ['off', 'on'] as const) {
      fixture.portal.switches.securityFilter = securityFilter
      await batch({ add })
    }
    fixture.portal.switches.securityFilter = 'off'
    const kept = fixture.portal.world.timeline.map((entry) => entry.text).slice(-2)
    expect(kept).toEqual([text, 'a < b, <fo rm>, <formula>, java * script:x, oncl ick=y, online'])
  })

  test('fill texts of people, too', async () => {
    await batch({ one: 'user.admin', o: 'user.option.set?options[x]=see%20$total[nothing]&options[y]=$result[one]' })
    expect(fixture.portal.world.userOptions.get(SEED.users.admin)).toMatchObject({ x: 'see $total[nothing]', y: true })
  })
})
