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
    expect(answer.result.t.logMessage.text).toBe(`deal ${SEED.deals.kim}!`)
  })

  test('are empty when they lead nowhere, so that the command fails and changes nothing', async () => {
    const before = fixture.portal.world.timeline.length
    const answer = await batch({
      u: `crm.item.update?entityTypeId=2&id=${SEED.deals.kim}&fields[stageId]=NO_SUCH_STAGE`,
      t: 'crm.timeline.logmessage.add?fields[entityTypeId]=2&fields[entityId]=$result[u][item][id]&fields[title]=x&fields[text]=y',
      b: 'crm.activity.binding.list?activityId=$result[u][0][ID]',
      l: 'crm.activity.list?filter[ID]=$result[u][0][ID]',
    })
    expect(answer.result_error.u.error).toBe('CRM_FIELD_ERROR_VALUE_NOT_VALID')
    expect(answer.result_error.t.error).toBe(100)
    expect(answer.result_error.b.error).toBe(100)
    expect(answer.result.l).toEqual([])
    expect(fixture.portal.world.timeline).toHaveLength(before)
  })

  test('stay as they are written, by the switch', async () => {
    fixture.portal.switches.unresolvedReference = 'literal'
    await batch({ o: 'user.option.set?options[x]=$result[nothing][0]' })
    fixture.portal.switches.unresolvedReference = 'empty'
    expect(fixture.portal.world.userOptions.get(SEED.users.admin)).toEqual({ x: '$result[nothing][0]' })
  })
})
