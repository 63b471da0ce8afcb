import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MOST_SHAPES } from '../../../lib/store/answer-drift.ts'
import { type Portal, SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, types } = SEED
const token = 'a token of metrics'

describe('an answer that does not look as we know it', () => {
  const lines: string[] = []
  let rig: Rig
  let portal: Portal
  beforeAll(async () => {
    const portalOptions = { limits: { enabled: false } }
    rig = await startRig({
      portal: portalOptions,
      env: { METRICS_TOKEN: token },
      logTo: { write: (line) => void lines.push(line) },
    })
    portal = rig.portal
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
  })
  afterAll(() => rig.stop())

  const status = async () => {
    // Written together once a second, so that a request does not cost a commit of its own.
    await expect.poll(() => rig.stagecue.db.selectFrom('answer_drift').selectAll().execute()).not.toEqual([])
    const admin = await rig.as(users.admin)
    return (await admin('GET', '/api/status')).body.drift
  }

  test('is counted by method and shape, without values, and costs no other its turn', async () => {
    const rows = [{ entityTypeId: 'CRM_DEAL', entityId: 'Canary-words', at: null }]
    portal.faults.next({ method: 'crm.activity.binding.list', kind: 'result', body: rows, times: 2 })
    portal.act.receiveMail()
    portal.act.receiveMail()
    await rig.settled()
    expect(await rig.story()).toEqual(['no item failed portal-error', 'no item failed portal-error'])
    const shape = '{at: null, entityId: text, entityTypeId: text}'
    expect(await status()).toEqual([
      { method: 'crm.activity.binding.list', shape, count: 2, lastAt: expect.stringMatching(/Z$/) },
    ])
    const told = lines.filter((line) => line.includes('shape that is not known'))
    expect(told).toHaveLength(1)
    expect(told[0]).toContain(shape)
    expect(lines.join('')).not.toContain('Canary-words')
    const metrics = await fetch(`${rig.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
    expect(await metrics.text()).toContain('stagecue_answer_drift_total{method="crm.activity.binding.list"} 2')
  })

  test('a row among others is left out, and the others serve', async () => {
    const rows = [{ entityTypeId: 'CRM_DEAL' }, { entityTypeId: types.deal, entityId: deals.kim }]
    portal.faults.next({ method: 'crm.activity.binding.list', kind: 'result', body: rows })
    portal.act.receiveMail()
    await rig.settled()
    expect((await rig.story()).at(-1)).toBe(`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`)
  })

  test('a portal that answers otherwise each time fills no table', async () => {
    const { db } = rig.stagecue
    const [activity] = portal.world.activities.values()
    const params = { activityId: activity?.id }
    const client = await rig.stagecue.clients.asReader(portal.memberId, 'page')
    const method = 'crm.activity.binding.list'
    for (let batch = 0; batch < 2; batch++) {
      const names = Array.from({ length: 40 }, (_, n) => `of_${batch}_${n}`)
      for (const name of names) portal.faults.next({ method, command: name, kind: 'result', body: [{ [name]: 1 }] })
      await client.batch(Object.fromEntries(names.map((name) => [name, { method, params }])))
    }
    await expect
      .poll(
        async () =>
          (
            await db
              .selectFrom('answer_drift')
              .select(({ fn }) => fn.sum('count').as('n'))
              .executeTakeFirstOrThrow()
          ).n,
      )
      .toBe(MOST_SHAPES + 33)
    const kept = await db.selectFrom('answer_drift').selectAll().execute()
    expect(kept).toHaveLength(MOST_SHAPES + 1)
    expect(kept.find(({ shape }) => shape === '…')?.count).toBe(32)
  })
})
