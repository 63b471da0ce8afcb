import { Agent, get } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fillJournal } from '../../bench/fill-portal.ts'
import { journalPage } from '../../handlers/api/journal/journal-page.ts'
import { fewAtATime } from '../../handlers/http/few-at-a-time.ts'
import type { Api } from '../api.ts'
import { countStatements } from '../count-statements.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'

const ENTRIES = 60_000

describe("one manager's questions stop every tenant", () => {
  let rig: Rig
  let admin: Api
  beforeAll(async () => {
    rig = await startRig()
    admin = await rig.as(SEED.users.admin)
    const { id } = await rig.addTrigger({ kind: 'call-inbound' })
    await fillJournal(rig.stagecue.db, rig.portal.memberId, [Number(id)], { to: ENTRIES })
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  afterAll(() => {
    agent.destroy()
    return rig.stop()
  })

  /** How often the event loop came round while something was done. */
  const turnsDuring = async (act: () => Promise<unknown>) => {
    let turns = 0
    let isOver = false
    const count = () => {
      turns++
      if (!isOver) setImmediate(count)
    }
    setImmediate(count)
    await act()
    isOver = true
    return turns
  }

  /** The most statements about the journal between which nobody else had a turn while something was done. */
  const mostInOneTurn = async (act: () => Promise<unknown>) => {
    const { texts, stop } = countStatements()
    let [most, seen, isOver] = [0, 0, false]
    const look = () => {
      const fresh = texts.slice(seen).filter((text) => text.includes('from "decision"'))
      seen = texts.length
      most = Math.max(most, fresh.length)
      if (!isOver) setImmediate(look)
    }
    setImmediate(look)
    await act()
    isOver = true
    stop()
    return most
  }

  /** The status of an answer that costs nothing, over a connection of its own. */
  const health = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = get(`${rig.url}/health`, { agent }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode))
      })
      asked.on('error', reject)
    })

  test('a question that nothing in a long journal answers lets others have their turn, part by part', async () => {
    const { db } = rig.stagecue
    const turns = await turnsDuring(() => journalPage(db, rig.portal.memberId, { userId: 999_999 }, 50))
    expect(turns).toBeGreaterThanOrEqual(ENTRIES / 10_000)
  })

  test.each([
    'userId=999999',
    'kind=email-viewed',
    'outcome=failed',
    'reason=filter&triggerId=999999',
    'to=2020-01-01',
  ])(
    'fifty times %s at once: others have their turn after a part of two of them, and are answered before',
    async (query) => {
      const order: string[] = []
      // Somebody who is connected already: how soon a new connection is taken up behind fifty others says nothing of the questions.
      await health()
      const most = await mostInOneTurn(async () => {
        const asked = Array.from({ length: 50 }, async () => {
          const { status, body } = await admin('GET', `/api/journal?${query}`)
          order.push('journal')
          return { status, entries: body.entries, next: body.next }
        })
        expect(await health()).toBe(200)
        order.push('health')
        for (const answer of await Promise.all(asked)) expect(answer).toEqual({ status: 200, entries: [], next: null })
      })
      expect(order.indexOf('health')).toBeLessThan(25)
      // A part is three statements, and whoever comes next may begin in the same turn.
      expect(most).toBeLessThanOrEqual(8)
    },
  )

  test('pages of a filter go on where they stopped, and miss nothing', async () => {
    const moves = new Set<string>()
    let cursor = ''
    let pages = 0
    do {
      const { body } = await admin('GET', `/api/journal?outcome=moved&limit=200${cursor}`)
      for (const { id } of body.entries) moves.add(id)
      cursor = body.next === null ? '' : `&cursor=${body.next}`
      pages++
    } while (cursor !== '' && pages < 1000)
    expect(moves.size).toBe(ENTRIES / 3)
  })

  test('the journal reaches 90 days back, unless somebody asks for more or for an item', async () => {
    const { db } = rig.stagecue
    const old = new Date(Date.now() - 100 * 86_400_000).toISOString()
    const [first] = await db.selectFrom('decision').select(['id', 'item_id']).orderBy('id').limit(1).execute()
    await db
      .updateTable('decision')
      .set({ at: old, reason: 'paused' })
      .where('id', '=', first?.id ?? 0)
      .execute()
    const found = async (query: string) =>
      (await admin('GET', `/api/journal?reason=paused${query}`)).body.entries.length
    expect(await found('')).toBe(0)
    expect(await found(`&from=${old}`)).toBe(1)
    expect(await found(`&entityTypeId=2&itemId=${first?.item_id}`)).toBe(1)
  })

  test('five hundred triggers are enough, however they are made', async () => {
    const { db } = rig.stagecue
    const { id, ...model } = await db.selectFrom('trigger').selectAll().executeTakeFirstOrThrow()
    const others = Array.from({ length: 498 }, (_, index) => ({ ...model, name: `${index}`, enabled: 0 as const }))
    await db.insertInto('trigger').values(others).execute()
    const place = { entityTypeId: 2, categoryId: 4, stageId: 'C4:PREPARATION' }
    const make = () => admin('POST', '/api/triggers', { kind: 'call-inbound', ...place })
    expect((await make()).status).toBe(201)
    const refused = await make()
    expect([refused.status, refused.body.error.message]).toEqual([422, expect.stringContaining('500')])
    expect((await admin('POST', `/api/triggers/${id}/copy`, place)).status).toBe(422)
    const triggers = [{ kind: 'call-inbound', ...place }]
    expect((await admin('POST', '/api/import', { version: 1, triggers })).status).toBe(422)
    expect(await db.selectFrom('trigger').select('id').execute()).toHaveLength(500)
  })
})

describe('few at a time', () => {
  test('of a key no more are done at once, others do not wait for it, and a fault frees the place', async () => {
    const twoAtATime = fewAtATime(2)
    let [running, most] = [0, 0]
    const act = async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running--
      throw new Error('a fault')
    }
    const held = Promise.allSettled(Array.from({ length: 10 }, () => twoAtATime('a', act)))
    expect(await twoAtATime('b', async () => running)).toBe(2)
    expect((await held).every(({ status }) => status === 'rejected')).toBe(true)
    expect(most).toBe(2)
  })

  test('who would wait behind fifty is told so', async () => {
    const oneAtATime = fewAtATime(1)
    let free = () => {}
    const first = oneAtATime('a', () => new Promise<void>((resolve) => (free = resolve)))
    const waiting = Array.from({ length: 50 }, () => oneAtATime('a', async () => {}))
    await expect(oneAtATime('a', async () => {})).rejects.toMatchObject({ code: 'too-many' })
    free()
    await Promise.all([first, ...waiting])
  })
})
