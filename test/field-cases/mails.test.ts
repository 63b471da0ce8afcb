import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startOver } from '../lib/triggers/start-over.ts'
import type { ReceiveMail } from '../portal/acts/mail.ts'
import type { Rig } from '../rig.ts'
import { begin, kimsDealMoved } from './case.ts'

const ignored = 'no item skipped automatic'

describe('F06, F07: programs answer in Kim’s name', () => {
  let rig: Rig
  let news: () => Promise<string[]>
  beforeAll(async () => {
    rig = await begin([{ kind: 'email-incoming' }])
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    news = await startOver(rig)
  })
  let mailbox = 0
  const comesIn = async (mail: ReceiveMail) => {
    // Two e-mails of one subject in one second would be one that was fetched twice.
    rig.portal.act.receiveMail({ to: `sales${++mailbox}@acme.example`, ...mail })
    await rig.settled()
    return news()
  }

  test.each(['outOfOffice', 'bounce', 'calendar', 'receipt'] as const)('%s: the deal stays', async (kind) => {
    rig.portal.act.receiveAutomaticMail(kind)
    await rig.settled()
    expect(await news()).toEqual([ignored])
  })

  test.each<[string, ReceiveMail]>([
    [
      'Outlook accepts, and says nothing in many tags',
      { html: '<html><head><style>p{}</style></head><body><p>&nbsp;</p>​<br></body></html>' },
    ],
    ['a calendar accepts in plain text', { plain: ' \r\n\u200b' }],
    ['a calendar accepts above the invitation', { html: '<div></div><blockquote>Meeting on Monday</blockquote>' }],
    ['a calendar in German', { subject: 'Zugesagt: Termin', html: '' }],
    ['a calendar in Russian', { subject: 'Принято: Встреча', bb: '' }],
    [
      'Google tells time and calendar behind the title',
      {
        subject: 'Accepted: Meeting @ Mon Aug 31, 2026 10am - 11am (CEST) (sales@acme.example)',
        html: '<p>Kim has accepted.</p>',
      },
    ],
  ])('F07, %s: the deal stays', async (_what, mail) => {
    expect(await comesIn({ subject: 'Accepted: Meeting', ...mail })).toEqual([ignored])
  })

  test.each<[string, ReceiveMail]>([
    ['in words', { html: '<p>Accepted, please send the contract.</p>' }],
    ['in words below the quote', { html: '<blockquote>Our offer</blockquote><p>Yes</p>' }],
    ['with a picture of the signed offer', { html: '<img src="cid:signed">' }],
    ['in plain text', { plain: 'ok\n> Our offer' }],
  ])('a person writes “Accepted: Offer” %s: the deal moves', async (_what, mail) => {
    expect(await comesIn({ subject: 'Accepted: Offer', ...mail })).toEqual([kimsDealMoved])
  })

  test('the body is read only where it could tell, and once', async () => {
    const bodies = () => rig.portal.requests.filter((one) => JSON.stringify(one).includes('DESCRIPTION')).length
    const before = bodies()
    expect(await comesIn({ subject: 'A question' })).toEqual([kimsDealMoved])
    expect(bodies()).toBe(before)
  })
})

describe('F07: a trigger that counts automatic e-mails', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await begin([{ kind: 'email-incoming', fields: { automatic: true } }])
  })
  afterAll(() => rig.stop())

  test('moves the deal for an answer of a calendar', async () => {
    rig.portal.act.receiveAutomaticMail('calendar')
    await rig.settled()
    expect(await rig.story()).toEqual([kimsDealMoved])
  })
})

describe('F05: a mailbox is connected, and its old sent mail enters CRM', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await begin([{ kind: 'email-outgoing' }, { kind: 'email-viewed', stageId: 'C4:UC_OFFER' }])
  })
  afterAll(() => rig.stop())

  test('what was sent twenty days ago is stale; what is sent now moves the deal', async () => {
    rig.portal.act.findSentMail()
    await rig.settled()
    expect(await rig.story()).toEqual(['no item skipped stale'])
    rig.portal.act.sendMail()
    await rig.settled()
    expect(await rig.story()).toEqual(['no item skipped stale', kimsDealMoved])
  })
})
