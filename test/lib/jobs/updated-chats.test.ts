import { beforeEach, describe, expect, test } from 'vitest'
import { listUpdatedChats } from '../../../lib/jobs/sweep/updated-chats.ts'
import { SEED } from '../../portal/index.ts'
import { type SetUp, setUp } from '../bitrix24/set-up.ts'

/** Conversations are listed by when they changed, in rounds. */
describe('updated conversations', () => {
  let world: SetUp
  beforeEach(async () => {
    world = await setUp()
    world.portal.limits.enabled = false
    await world.open(SEED.users.admin)
    return () => world.stop()
  })
  const round = async (since: string) => {
    const client = await world.clients.asReader(world.portal.memberId, 'work')
    let cursor = { since, again: true, skip: 0, last: 0, page: 0, at: since }
    const found: number[] = []
    for (let pages = 1; ; pages++) {
      const { activities, next, isFull } = await listUpdatedChats(client, cursor, new Date())
      found.push(...activities.map(({ id }) => id))
      cursor = next
      if (!isFull) return { found, pages, cursor }
    }
  }

  test.each(['first', 'empty'] as const)(
    'a hundred of one second are listed once (past the end: %s)',
    async (pastEndPage) => {
      world.portal.switches.pastEndPage = pastEndPage
      const at = new Date(Date.now() - 60_000)
      for (let index = 0; index < 100; index++) world.portal.act.newChat({ at })
      const { found, pages } = await round(new Date(Date.now() - 120_000).toISOString())
      expect([new Set(found).size >= 100, pages <= 5]).toEqual([true, true])
    },
  )

  test.each([
    ['repeats itself', (index: number) => index + 1],
    ['says one row again and again', () => 7],
  ])('a portal that %s is asked a few times', async (_, idOf) => {
    const now = new Date().toISOString()
    const row = (id: number) => ({
      ...{ ID: String(id), TYPE_ID: '6', PROVIDER_ID: 'IMOPENLINES_SESSION', PROVIDER_TYPE_ID: '5', DIRECTION: '1' },
      ...{ ASSOCIATED_ENTITY_ID: String(id), CREATED: now, LAST_UPDATED: now, SETTINGS: [], PROVIDER_PARAMS: [] },
    })
    const body = Array.from({ length: 50 }, (_, index) => row(idOf(index)))
    world.portal.faults.next({ method: 'crm.activity.list', kind: 'result', body, times: 1e9 })
    const { pages, cursor } = await round(new Date(Date.now() - 120_000).toISOString())
    expect([pages <= 5, cursor.page]).toEqual([true, 0])
  })
})
