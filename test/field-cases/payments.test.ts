import { afterEach, describe, expect, test } from 'vitest'
import { SWEEP } from '../../lib/jobs/sweep/sweep.ts'
import { beginRound } from '../begin-round.ts'
import { SEED } from '../portal/index.ts'
import type { Rig } from '../rig.ts'
import { begin, kimsDealMoved } from './case.ts'

const { types, pipelines } = SEED
const onDeals = { kind: 'payment-received' }
const fieldsOfInvoices = {
  kind: 'field-changed',
  entityTypeId: types.invoice,
  categoryId: pipelines.invoices,
  stageId: 'DT31_5:S',
  fields: { fieldNames: ['opportunity'] },
}

describe('F11: the accounting system creates Kim’s invoice already paid', () => {
  let rig: Rig
  afterEach(() => rig.stop())

  test.each([
    ['and nothing else listens to invoices', [onDeals]],
    ['and another trigger watches the fields of invoices', [onDeals, fieldsOfInvoices]],
  ])('%s: the deal moves, once', async (_what, triggers) => {
    rig = await begin(triggers)
    rig.portal.act.createInvoice({ paid: true })
    await rig.settled()
    expect(await rig.story()).toEqual([kimsDealMoved])
    await beginRound(rig, SWEEP)
    expect(await rig.story()).toEqual([kimsDealMoved])
  })

  test('and no event tells of it: the sweep finds it', async () => {
    rig = await begin([onDeals], { portal: { switches: { lostDelivery: 100 } }, env: { SWEEP_SECONDS: '1' } })
    rig.portal.act.createInvoice({ paid: true })
    await expect.poll(() => rig.story(), { interval: 200 }).toEqual([kimsDealMoved])
  })

  test('an unpaid one is no payment', async () => {
    rig = await begin([onDeals])
    rig.portal.act.createInvoice()
    await rig.settled()
    expect(await rig.story()).toEqual([])
  })
})
