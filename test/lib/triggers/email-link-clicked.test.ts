import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { linkKey } from '../../../lib/links/link-key.ts'
import { linkAddress } from '../../../lib/links.ts'
import { kinds } from '../../../lib/triggers/index.ts'
import { pollMail } from '../../poll-mail.ts'
import { SEED } from '../../portal/index.ts'
import { countsRequests } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { type Click, clickLink, clicksRecorded, linkTo } from '../../tracked-link.ts'

const { users, types, pipelines } = SEED
const offer = 'https://acme.example/offer'
const moved = `deal moved C4:NEW>C4:PREPARATION by ${users.sam}`

type Deal = { entityTypeId: number; id: number }

const newDeal = ({ portal }: Rig): Deal =>
  portal.act.createItem({ entityTypeId: types.deal, categoryId: pipelines.partners })

/** The story of one deal from a line on; lines that name no item are everybody's. */
async function storyOf(rig: Rig, deal: Deal, from = 0): Promise<string[]> {
  const lines = (await rig.story()).slice(from)
  const own = lines.filter((line) => line.startsWith(`2:${deal.id} `) || line.startsWith('no item'))
  return own.map((line) => line.replace(`2:${deal.id}`, 'deal'))
}

/** Which occurrences' own filters ruled a trigger out. */
async function filteredOut(rig: Rig): Promise<number> {
  const admin = await rig.as(users.admin)
  return (await admin('GET', '/api/journal?reason=filter')).body.entries.length
}

/** Bitrix24's own tracking: the first click of an e-mail, of which nobody knows which link it was (`triggers.md`). */
describe.each(['activityUpdate', 'none'] as const)('Track link clicks of Bitrix24, event %s', (mailClickEvent) => {
  let rig: Rig
  let deal: Deal
  let told: number
  let ruledOut: number
  const lines: string[] = []
  const news = () => storyOf(rig, deal, told)
  const html = (...addresses: string[]) => addresses.map((address) => `<p><a href="${address}">canary</a></p>`).join('')
  const sent = async (mail: { html?: string } & Record<string, unknown>) => {
    const { activityId } = rig.portal.act.sendMail({ bindings: [deal], ...mail })
    await rig.settled()
    return activityId
  }
  const click = async (activityId: number) => {
    rig.portal.act.clickMailLink(activityId)
    await pollMail(rig)
  }

  beforeAll(async () => {
    rig = await startRig({
      portal: { switches: { mailClickEvent } },
      logTo: { write: (line) => lines.push(line) },
    })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-link-clicked', fields: { url: offer } })
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    deal = newDeal(rig)
    await rig.settled()
    told = (await rig.story()).length
    ruledOut = await filteredOut(rig)
  })

  test('all links of the body begin with the address: the deal moves, once', async () => {
    const mail = await sent({ html: html(offer, `${offer}?from=mail`, offer) })
    await pollMail(rig)
    expect(await news()).toEqual([])
    await click(mail)
    rig.portal.act.clickMailLink(mail)
    rig.portal.act.touchActivity(mail)
    await pollMail(rig)
    expect(await news()).toEqual([moved])
  })

  test.each([
    ['contains the address, but not at its start', `https://go.example/?to=${offer}`],
    ['differs in a capital letter', 'https://acme.example/Offer'],
    ['is something else', 'https://acme.example/imprint'],
    ['is no http link', `mailto:sam@acme.example?body=${offer}`],
  ])('no link matches: the only link %s', async (_, address) => {
    await click(await sent({ html: `${html(address)}<p>${offer}</p><a name="${offer}">here</a>` }))
    expect(await news()).toEqual([])
    expect(await filteredOut(rig)).toBe(ruledOut + 1)
  })

  test('some links match: it is uncertain which one was clicked', async () => {
    await click(await sent({ html: html(offer, 'https://acme.example/imprint') }))
    expect(await news()).toEqual(['no item skipped link-ambiguous'])
  })

  test('some links match, and the trigger moves when unsure', async () => {
    const trigger = await rig.addTrigger({
      kind: 'email-link-clicked',
      stageId: 'C4:UC_OFFER',
      fields: { url: offer, whenUnsure: 'move' },
    })
    await click(await sent({ html: html('https://acme.example/imprint', offer) }))
    expect(await news()).toEqual(['no item skipped link-ambiguous', `deal moved C4:NEW>C4:UC_OFFER by ${users.sam}`])
    const admin = await rig.as(users.admin)
    await admin('DELETE', `/api/triggers/${trigger.id}`)
  })

  test('marks, numbers and blanks in addresses are read as a browser reads them', async () => {
    await click(await sent({ html: `<A HREF=' ${offer}?a=1&amp;b=&#50; '>x</A><area href="${offer}#x">` }))
    expect(await news()).toEqual([moved])
  })

  test('a deal that is bound a moment later moves', async () => {
    const mail = await sent({ html: html(offer), bindings: [{ entityTypeId: 3, id: SEED.contacts.lee }] })
    rig.portal.act.clickMailLink(mail)
    rig.portal.act.bindActivity(mail, [deal])
    await pollMail(rig)
    expect(await news()).toEqual([moved])
  })

  test('an e-mail fetched twice or restored from the recycle bin does not count again', async () => {
    const mail = await sent({ html: html(offer) })
    await click(mail)
    rig.portal.act.fetchMailTwice(mail)
    rig.portal.act.restoreMail(mail)
    await pollMail(rig)
    expect(await news()).toEqual([moved])
  })

  test("a robot's e-mail counts, one without tracking does not", async () => {
    await click(await sent({ html: html(offer), tracked: false }))
    await click(await sent({ html: html(offer), byRobot: true }))
    expect(await news()).toEqual([moved])
  })

  test('an e-mail with one of our links is judged by our clicks alone: one click, one move, and Bitrix24’s mark is told as ruled out', async () => {
    const link = linkTo(rig, deal, `${offer}/42`)
    const mail = await sent({ html: html(link, offer) })
    await click(mail)
    expect(await news()).toEqual([])
    await clickLink(link)
    await clicksRecorded(rig, 1)
    await rig.settled()
    expect(await news()).toEqual([moved])
    expect(await filteredOut(rig)).toBe(ruledOut + 1)
  })

  test("somebody else's copy of a link of ours is an ordinary link", async () => {
    const link = linkAddress('https://other.example', [linkKey(Buffer.alloc(32))], {
      portal: rig.portal.memberId,
      entityTypeId: deal.entityTypeId,
      itemId: deal.id,
      target: offer,
    })
    await click(await sent({ html: html(link, offer) }))
    expect(await news()).toEqual(['no item skipped link-ambiguous'])
  })

  test('the body is read only for a click, and nothing of it is kept or logged', countsRequests, async () => {
    const mail = await sent({ html: html(offer) })
    // The round of asking is one list alone, and so is reading bodies.
    const lists = async (act: () => void) => {
      const before = rig.portal.requests.length
      act()
      await pollMail(rig)
      return rig.portal.requests.slice(before).filter(({ methods }) => methods.join() === 'crm.activity.list').length
    }
    expect(await lists(() => rig.portal.act.openMail(mail))).toBe(1)
    expect(await lists(() => rig.portal.act.clickMailLink(mail))).toBe(mailClickEvent === 'none' ? 2 : 1)
    expect(await news()).toEqual([moved])
    expect(await lists(() => rig.portal.act.touchActivity(mail))).toBe(0)
    const kept = await Promise.all([
      rig.stagecue.db.selectFrom('occurrence').selectAll().execute(),
      rig.stagecue.db.selectFrom('decision').selectAll().execute(),
      rig.stagecue.db.selectFrom('work').selectAll().execute(),
    ])
    expect(JSON.stringify([kept, lines])).not.toMatch(/canary|imprint|from=mail/)
  })
})

describe('Its own fields', () => {
  const { fieldSchema } = kinds['email-link-clicked']
  const isFit = (fields: object) => fieldSchema.safeParse(fields).success

  test('are an http address, which is required, and what to do when unsure', () => {
    expect(isFit({ url: offer })).toBe(true)
    expect(isFit({ url: 'http://acme.example', whenUnsure: 'skip' })).toBe(true)
    expect(isFit({ url: offer, whenUnsure: 'move' })).toBe(true)
  })

  test.each([{}, { url: '' }, { url: null }, { url: 'acme.example' }, { url: 'ftp://acme.example' }])(
    'not %o',
    (fields) => {
      expect(isFit(fields)).toBe(false)
    },
  )

  test.each(['javascript:alert(1)', 'https://', `https://acme.example/${'x'.repeat(2000)}`])(
    'no address: %s',
    (url) => {
      expect(isFit({ url })).toBe(false)
    },
  )

  test.each([{ whenUnsure: 'perhaps' }, { link: offer }])('nothing else: %o', (more) => {
    expect(isFit({ url: offer, ...more })).toBe(false)
  })
})

/**
 * Our own tracked links: every click counts, unless a machine made it. Each scenario has a deal with two links; all of them
 * happen together and are judged together.
 */
describe('Track link clicks on tracked links', () => {
  let rig: Rig
  const deals = new Map<string, Deal>()
  let clicks = 0

  type Act = (click: (change?: Partial<Click> & { second?: boolean }) => Promise<void>) => Promise<void>
  const machine = ['deal skipped machine', 'deal skipped machine']
  const counted = ['deal skipped another-trigger', moved]
  const scenarios: Record<string, { act: Act; story: string[] }> = {
    'one click moves the deal': { act: (click) => click(), story: counted },
    'every click counts': {
      act: async (click) => {
        await click()
        await click()
      },
      story: [
        ...counted,
        'deal skipped already-there',
        moved.replace('NEW', 'PREPARATION').replace(/>\S+/, '>C4:UC_OFFER'),
      ],
    },
    'a known scanner is a machine': {
      act: (click) => click({ userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }),
      story: machine,
    },
    'a HEAD request is a machine': { act: (click) => click({ method: 'HEAD' }), story: machine },
    'and so is what follows it, from whatever address': {
      act: async (click) => {
        await click({ method: 'HEAD' })
        await click()
        await click({ address: '198.51.100.9' })
      },
      story: machine,
    },
    'a program that only previews links is a machine': {
      act: (click) =>
        click({ userAgent: 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)' }),
      story: machine,
    },
    'two different links while the first is held are a machine’s': {
      act: async (click) => {
        await Promise.all([click(), click({ second: true, address: '198.51.100.9' })])
      },
      story: machine,
    },
    'one entry for each trigger, however many clicks': {
      act: async (click) => {
        const scanner = { userAgent: 'BarracudaCentral' }
        await Promise.all([click(scanner), click({ ...scanner, second: true }), click({ method: 'HEAD' }), click()])
      },
      story: machine,
    },
  }

  beforeAll(async () => {
    rig = await startRig({ env: { CLICK_HOLD_SECONDS: '4', TRUST_PROXY: '1' } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-link-clicked', fields: { url: offer } })
    await rig.addTrigger({ kind: 'email-link-clicked', stageId: 'C4:UC_OFFER', fields: { url: `${offer}/` } })
    await rig.addTrigger({
      kind: 'email-link-clicked',
      stageId: 'C4:UC_OFFER',
      fields: { url: 'https://other.example' },
    })
    const lead = { entityTypeId: types.lead, categoryId: null, stageId: 'IN_PROCESS' }
    await rig.addTrigger({ kind: 'email-link-clicked', ...lead, fields: { url: offer } })
    await Promise.all(
      Object.entries(scenarios).map(async ([name, { act }]) => {
        const deal = newDeal(rig)
        deals.set(name, deal)
        const links = ['/one', '/two'].map((path) => linkTo(rig, deal, offer + path))
        await act(async ({ second = false, ...change } = {}) => {
          clicks += 1
          await clickLink(links[second ? 1 : 0] ?? '', change)
        })
      }),
    )
    await clicksRecorded(rig, clicks)
  })
  afterAll(() => rig.stop())

  test('nothing of a visitor is kept while clicks are held, and nothing of a click when it is judged', async () => {
    const bodies = async () => {
      const rows = await rig.stagecue.db.selectFrom('work').select('body').where('kind', '=', 'click').execute()
      return JSON.stringify(rows)
    }
    expect(await bodies()).not.toMatch(/192\.0\.2|198\.51\.100|Mozilla|Barracuda/)
    await rig.settled()
    expect(await bodies()).toBe(JSON.stringify(Array(clicks).fill({ body: '{}' })))
  })

  test.each(Object.keys(scenarios))('%s', async (name) => {
    await rig.settled()
    const deal = deals.get(name)
    const story = deal ? await storyOf(rig, deal) : []
    expect(story.toSorted()).toEqual(scenarios[name]?.story.toSorted())
  })

  test('keys name the link and the click, and the facts tell where the link leads', async () => {
    await rig.settled()
    const rows = await rig.stagecue.db.selectFrom('occurrence').selectAll().execute()
    for (const { key, source, facts } of rows) {
      expect(key).toMatch(/^email-link-clicked:[\w-]{16}:[\w-]{12}$/)
      expect(source).toBe('link')
      expect(JSON.parse(facts).target).toMatch(/^https:\/\/acme\.example\/offer\/(one|two)$/)
    }
  })
})
