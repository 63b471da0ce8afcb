import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startOver } from '../lib/triggers/start-over.ts'
import { type ItemRef, SEED } from '../portal/index.ts'
import type { Rig } from '../rig.ts'
import { begin, kimsDeal, kimsDealMoved } from './case.ts'

const { contacts, companies, deals, emails, leads, types } = SEED
const contact = (id: number): ItemRef => ({ entityTypeId: 3, id })
const company = (id: number): ItemRef => ({ entityTypeId: 4, id })
const ignored = 'no item skipped no-item'

describe('F25: Sam writes from Kim’s deal', () => {
  let rig: Rig
  let news: () => Promise<string[]>
  let mails = 0
  beforeAll(async () => {
    rig = await begin([{ kind: 'email-outgoing' }])
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    news = await startOver(rig)
  })
  const writes = async (to: string, bindings: ItemRef[]) => {
    const { activityId } = rig.portal.act.sendMail({ to, bindings, subject: `Mail ${++mails}` })
    await rig.settled()
    return { story: await news(), activityId }
  }

  test.each<[string, string, ItemRef[]]>([
    ['to the warehouse, which is a contact of its own', emails.max, [kimsDeal, contact(contacts.max)]],
    ['to the warehouse, and the deal’s client is bound too', emails.max, [kimsDeal, contact(contacts.kim)]],
    ['to another client', emails.lee, [kimsDeal]],
  ])('%s: that is no e-mail to the customer', async (_what, to, bindings) => {
    expect((await writes(to, bindings)).story).toEqual([ignored])
  })

  test.each<[string, string, ItemRef[]]>([
    ['to Kim', emails.kim, [kimsDeal]],
    ['to Kim, as the portal binds it', emails.kim, [kimsDeal, contact(contacts.kim), company(companies.client)]],
    ['to an address that nobody knows', emails.stranger, [kimsDeal]],
  ])('%s: the deal moves', async (_what, to, bindings) => {
    expect((await writes(to, bindings)).story).toEqual([kimsDealMoved])
  })

  test('to a deal without clients: nobody knows better', async () => {
    const deal = rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: 4 })
    const { story } = await writes(emails.max, [deal])
    expect(story).toHaveLength(1)
    expect(story[0]).toContain(`2:${deal.id} moved`)
  })

  test('to two deals of different clients: that of whom it went to moves', async () => {
    const other = { entityTypeId: types.deal, id: deals.leePartnerLater }
    expect((await writes(emails.kim, [kimsDeal, other])).story).toEqual([kimsDealMoved])
  })
})

test('F25: the lead itself is whom the e-mail goes to', async () => {
  const rig = await begin([
    { kind: 'email-outgoing', entityTypeId: types.lead, categoryId: null, stageId: 'UC_CALLED' },
  ])
  rig.portal.act.sendMail({ to: emails.noa })
  await rig.settled()
  expect(await rig.story()).toEqual([expect.stringContaining(`1:${leads.noa} moved`)])
  await rig.stop()
})
