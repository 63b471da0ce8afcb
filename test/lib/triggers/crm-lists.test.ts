import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { moved } from '../engine/scene.ts'
import { beginWatching, type Watching } from './watching.ts'

const { types, users } = SEED

/** Lists of CRM that hold no stages, the field of deals that is from each, an entry, and another one. */
const lists = [
  ['a source', 'sourceId', 'SOURCE', { code: 'UC_FAIR', title: 'Trade fair' }, 'WEB'],
  ['a source of an Open Channel', 'sourceId', 'SOURCE', { code: '1|TELEGRAM', title: 'Telegram – Sales' }, 'WEB'],
  ['a source that a program made', 'sourceId', 'SOURCE', { code: 'my-shop', title: 'Shop’s own' }, 'WEB'],
  ['a type of deals', 'typeId', 'DEAL_TYPE', { code: 'SERVICES', title: 'Services' }, 'SALE'],
  ['a form of address', 'honorific', 'HONORIFIC', { code: 'HNR_EN_1', title: 'Mr.' }, 'HNR_EN_2'],
  [
    'a contact type in a field of one’s own',
    'ufCrmKind',
    'CONTACT_TYPE',
    { code: 'PARTNER', title: 'Partners' },
    'CLIENT',
  ],
] as const

describe('a field that holds an entry of one of CRM’s lists becomes', () => {
  let on: Watching
  const names = [...new Map(lists.map(([, name, statusType]) => [name, statusType]))]

  beforeAll(async () => {
    on = await beginWatching()
    const { act } = on.rig.portal
    for (const [name, statusType] of names) {
      act.addField(types.deal, { name, title: name, type: 'crm_status', statusType })
    }
    act.addField(types.deal, { name: 'ufCrmExpert', title: 'Expert', type: 'employee' })
    for (const [, , list, entry, other] of lists) {
      act.addListEntry(list, entry)
      act.addListEntry(list, { code: other, title: `${list} ${other}` })
    }
  })
  afterAll(() => on.rig.stop())

  /** What the journal says of a deal whose field becomes another value, and then the one that a trigger waits for. */
  async function changes(name: string, becomes: string, other: unknown, wanted: unknown) {
    const trigger = await on.watch([name], {}, becomes)
    const deal = await on.newDeal()
    await on.change({ [name]: other }, deal)
    const first = await on.news()
    await on.change({ [name]: wanted }, deal)
    const second = await on.news()
    await (await on.rig.as(users.admin))('DELETE', `/api/triggers/${trigger.id}`)
    return { first, second: second.map((line) => line.replace(moved(deal), 'moved')) }
  }

  test.each(lists)('%s: by its title, and by its code', async (_, name, _list, { code, title }, other) => {
    expect(await changes(name, title, other, code)).toEqual({ first: [], second: ['moved'] })
    expect(await changes(name, code, other, code)).toEqual({ first: [], second: ['moved'] })
  })

  test('an employee in a field of one’s own: by the name, and by the id', async () => {
    expect(await changes('ufCrmExpert', 'Ines Seller', users.sam, users.ines)).toEqual({ first: [], second: ['moved'] })
    expect(await changes('ufCrmExpert', String(users.ines), users.sam, users.ines)).toEqual({
      first: [],
      second: ['moved'],
    })
  })

  test.each(lists)('%s: its name is told to pages', async (_, name, _list, { code, title }) => {
    const manager = await on.rig.as(users.sam)
    const asked = `${types.deal}:${name}:${code}`
    const { status, body } = await manager('GET', `/api/names?values=${encodeURIComponent(asked)}`)
    expect([status, body.values]).toEqual([200, { [asked]: title }])
  })
})
