import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { afterFirstRound, moved } from '../engine/scene.ts'
import { beginWatching, kimsDeal, type Watching } from '../triggers/watching.ts'

const { users } = SEED

/** How fields were when their trigger was switched on (`triggers.md`, "Payments and fields"). */
describe('the base of watched fields', () => {
  let on: Watching
  beforeAll(async () => {
    on = await beginWatching()
  })
  afterAll(() => on.rig.stop())

  test('is read for all open items of the pipeline, 2500 a request, when the trigger is switched on', async () => {
    const many = Array.from({ length: 2610 }, () =>
      on.rig.portal.act.createItem({ entityTypeId: 2, categoryId: 4, opportunity: 1 }),
    )
    await afterFirstRound(on.rig)
    const before = on.rig.portal.requests.length
    const body = { error: '400', error_description: 'Mysql query error: (1213)' }
    on.rig.portal.faults.next({ kind: 'refusal', command: 'page_1', body, times: 3 })
    await on.watch(['opportunity'])
    const reads = on.rig.portal.requests.slice(before).filter(({ methods }) => methods.includes('crm.item.list'))
    // The first asks, as the trigger is saved, whether lists return the field at all; pages that met a fault are read alone.
    expect(reads.map(({ methods }) => methods.length)).toEqual([2, 1, 50, 3, 2])
    const { rows } = await counted()
    expect(rows).toBe(many.length + 3)
    const last = many.at(-1) ?? kimsDeal
    await on.change({ opportunity: 2 }, last)
    expect(await on.news()).toEqual([`2:${last.id} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
  })

  test('holds nothing of what the fields hold', async () => {
    await on.watch(['ufCrmColour'], { name: 'Colours' })
    await on.change({ ufCrmColour: 'canary yellow' })
    expect(await on.news()).toEqual([moved(kimsDeal)])
    const files = readdirSync(on.rig.dataDir).filter((name) => name.startsWith('stagecue.db'))
    const kept = files.map((name) => readFileSync(join(on.rig.dataDir, name), 'latin1')).join('')
    expect(kept).toContain('ufCrmColour')
    expect(kept).not.toContain('canary')
  })

  test('is forgotten when nobody watches the fields any more', async () => {
    const admin = await on.rig.as(users.admin)
    const { body } = await admin('GET', '/api/triggers')
    for (const { id } of body) await admin('DELETE', `/api/triggers/${id}`)
    await on.rig.settled()
    expect((await counted()).rows).toBe(0)
  })

  test('is read anew when a trigger is switched on again: what changed meanwhile is no change', async () => {
    await on.back()
    const trigger = await on.watch(['ufCrmColour'])
    const admin = await on.rig.as(users.admin)
    const { body } = await admin('PUT', `/api/triggers/${trigger.id}`, { ...trigger, enabled: false })
    await on.rig.settled()
    await on.change({ ufCrmColour: 'changed while off' })
    await admin('PUT', `/api/triggers/${trigger.id}`, { ...body, enabled: true })
    await on.rig.settled()
    await on.change({ title: 'Not watched' })
    expect(await on.news()).toEqual([])
    await on.change({ ufCrmColour: 'changed while on' })
    expect(await on.news()).toEqual([moved(kimsDeal)])
  })

  test('is read anew when the app comes back to the portal', async () => {
    const deal = await on.newDeal()
    on.rig.portal.act.uninstallApp()
    await on.rig.settled()
    await on.change({ ufCrmColour: 'changed while away' }, deal)
    on.rig.portal.beginInstall()
    const admin = await on.rig.as(users.admin)
    await on.rig.as(users.sam)
    expect((await admin('POST', '/api/install', { delegate: false })).body.ready).toBe(true)
    on.rig.portal.finishInstall()
    await on.rig.settled()
    await on.change({ title: 'Not watched' }, deal)
    expect(await on.news()).toEqual([])
    await on.change({ ufCrmColour: 'changed while here' }, deal)
    expect(await on.news()).toEqual([moved(deal)])
  })

  const counted = () =>
    on.rig.stagecue.db
      .selectFrom('item_field')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow()
})
