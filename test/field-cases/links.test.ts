import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { beginScene, moved, type Scene } from '../lib/engine/scene.ts'
import { pollMail } from '../poll-mail.ts'
import type { SendMail } from '../portal/acts/mail.ts'
import { type Item, SEED } from '../portal/index.ts'
import { type Click, clickLink, clicksRecorded, linkTo } from '../tracked-link.ts'

const { users, deals, types } = SEED
const offer = 'https://acme.example/offer'
const kind = 'email-link-clicked'

let scene: Scene
let deal: Item
let recorded = 0
beforeAll(async () => {
  scene = await beginScene()
  // The first trigger of the kind has the e-mails of 14 days read: not each time.
  await scene.rig.addTrigger({ kind, fields: { url: 'https://nobody.example/' } })
})
afterAll(() => scene.end())
beforeEach(() => {
  deal = scene.deal()
})

/** What a trigger says of an e-mail of the deal whose first link was clicked, so many seconds after it was sent. */
function clicked(fields: Record<string, unknown>, mail: SendMail, seconds = 60): Promise<string[]> {
  return scene.story({ kind, fields }, () => {
    const sent = new Date(Date.now() - seconds * 1000)
    const { activityId } = scene.rig.portal.act.sendMail({ bindings: [deal], at: sent, ...mail })
    scene.rig.portal.act.clickMailLink(activityId)
  })
}

/** What a trigger on the offer says of clicks on our links of the deal. */
function follows(clicks: (Partial<Click> & { to?: string })[], fields: Record<string, unknown> = {}) {
  return scene.story({ kind, fields: { url: offer, ...fields } }, async () => {
    for (const { to = offer, ...click } of clicks) await clickLink(linkTo(scene.rig, deal, to), click)
    recorded += clicks.length
    await clicksRecorded(scene.rig, recorded)
  })
}

describe('F08: a machine follows our link', () => {
  const machine = () => [`2:${deal.id} skipped machine`]

  test('a security gateway looks from one address and follows from another', async () => {
    expect(await follows([{ method: 'HEAD', address: '192.0.2.1' }, { address: '192.0.2.2' }])).toEqual(machine())
  })

  test('a scanner opens two links of the item', async () => {
    expect(await follows([{}, { to: 'https://acme.example/imprint' }])).toEqual(machine())
  })

  test.each([
    'Mozilla/4.0 (compatible; ms-office; MSOffice 16) Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0; Pro)',
    'TelegramBot (like TwitterBot)',
    'WhatsApp/2.23.20.0',
    'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
  ])('a program previews it: %s', async (userAgent) => {
    expect(await follows([{ userAgent }])).toEqual(machine())
  })

  test('Kim follows it herself: the deal moves', async () => {
    expect(await follows([{}])).toEqual([moved(deal)])
  })
})

describe('F29: a scanner clicks seconds after sending', () => {
  test('what Bitrix24 tracks: a machine’s before `minSeconds`, a person’s after', async () => {
    const html = `<a href="${offer}">Offer</a>`
    expect(await clicked({ url: offer, minSeconds: 10 }, { html }, 2)).toEqual(['no item skipped machine'])
    expect(await clicked({ url: offer, minSeconds: 10 }, { html, subject: 'Second' }, 30)).toEqual([moved(deal)])
  })

  test('without `minSeconds` any click counts', async () => {
    expect(await clicked({ url: offer }, { html: `<a href="${offer}">Offer</a>` }, 0)).toEqual([moved(deal)])
  })

  test('our own link: counted from when it was made', async () => {
    const { rig } = scene
    const admin = await rig.as(users.admin)
    const link = { entityTypeId: types.deal, itemId: deal.id, target: offer }
    expect((await admin('POST', '/api/links', link)).status).toBe(201)
    expect(await follows([{}], { minSeconds: 3600 })).toEqual([`2:${deal.id} skipped machine`])
    expect(await follows([{}], { minSeconds: 0 })).toEqual([moved(deal)])
    const longAgo = new Date(Date.now() - 3_700_000).toISOString()
    await rig.stagecue.db.updateTable('made_link').set({ made_at: longAgo }).execute()
    rig.portal.act.moveItem(deal, 'C4:NEW')
    await rig.settled()
    expect(await follows([{}], { minSeconds: 3600 })).toEqual([moved(deal)])
  })

  test('a link that was made before anybody noted when counts', async () => {
    expect(await follows([{}], { minSeconds: 3600 })).toEqual([moved(deal)])
  })
})

describe('F16: the same address written otherwise', () => {
  test.each([
    ['https://acme.example', 'https://acme.example/'],
    ['https://acme.example/', 'https://acme.example'],
    ['https://acme.example/offer', 'HTTPS://Acme.example/offer'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['https://acme.example/%D0%B0', 'https://acme.example/а'],
    ['https://acme.example/~sam', 'https://acme.example/%7Esam'],
    ['https://acme.example/', 'https://acme.example:443/'],
    ['http://acme.example:80', 'http://acme.example'],
    ['https://acme.example/offer', 'https://acme.example/offer?from=mail#top'],
  ])('a trigger on %s and a link to %s: the deal moves', async (url, href) => {
    expect(await clicked({ url }, { html: `<a href="${href}">x</a>` })).toEqual([moved(deal)])
  })

  test.each([
    ['https://acme.example', 'https://acme.example.evil.test/'],
    ['https://acme.example', 'https://acme.example@evil.test/'],
    ['https://acme.example', 'https://acme.examples/'],
    ['https://acme.example', 'http://acme.example/'],
    ['https://acme.example', 'https://acme.example:8443/'],
    ['https://acme.example/offer', 'https://acme.example/Offer'],
  ])('a trigger on %s and a stranger’s link to %s: nothing moves', async (url, href) => {
    expect(await clicked({ url }, { html: `<a href="${href}">x</a>` })).toEqual([])
  })
})

describe('F17: a body in BB code or plain text', () => {
  test.each<[string, string, SendMail]>([
    ['a picture and a link', offer, { bb: `[img]https://acme.example/logo.png[/img] [url=${offer}]Offer[/url]` }],
    ['a picture and a link in HTML', offer, { html: `<img src="https://cdn.example/1.png"><a href="${offer}">x</a>` }],
    [
      'an entity in an address',
      'https://acme.example/?a=1&b=2',
      { bb: '[url=https://acme.example/?a=1&amp;b=2]x[/url]' },
    ],
    ['brackets that belong to it', 'https://wiki.example/Foo_(bar)', { plain: 'See https://wiki.example/Foo_(bar).' }],
    ['brackets that do not', 'https://wiki.example/Foo', { plain: '(https://wiki.example/Foo)' }],
  ])('%s: the deal moves', async (_what, url, mail) => {
    expect(await clicked({ url }, mail)).toEqual([moved(deal)])
  })
})

describe('F18: a tracked link of ours in the e-mail', () => {
  const other = { entityTypeId: types.deal, id: deals.leePartner }
  const ours = (item: { entityTypeId: number; id: number }, target = `${offer}/42`) => linkTo(scene.rig, item, target)
  const link = `<a href="${offer}">Offer</a>`

  test.each<[string, () => SendMail]>([
    [
      'in a quoted HTML body',
      () => ({ html: `${link}<div class="gmail_quote"><a href="${ours(other)}">old</a></div>` }),
    ],
    [
      'in a quoted e-mail of the same deal',
      () => ({ html: `${link}<blockquote><a href="${ours(deal)}">old</a></blockquote>` }),
    ],
    ['in a quote in BB code', () => ({ bb: `[url=${offer}]x[/url]\n[quote][url=${ours(other)}]old[/url][/quote]` })],
    ['in a quoted plain body', () => ({ plain: `${offer}\n> ${ours(other)}` })],
  ])('%s: a click on the new link moves the deal', async (_where, mail) => {
    expect(await clicked({ url: offer }, mail())).toEqual([moved(deal)])
  })

  test('of another deal, not quoted: it is uncertain which link was clicked', async () => {
    const mail = { html: `${link}<a href="${ours(other)}">x</a>` }
    expect(await clicked({ url: offer }, mail)).toEqual(['no item skipped link-ambiguous'])
    expect(await clicked({ url: offer, whenUnsure: 'move' }, { ...mail, subject: 'Again' })).toEqual([moved(deal)])
  })

  test('of this deal: our clicks alone tell; of an address that they do not lead to the journal says that it is uncertain', async () => {
    const elsewhere = ours(deal, 'https://acme.example/imprint')
    const mail = { html: `${link}<a href="${elsewhere}">x</a>` }
    expect(await clicked({ url: offer, whenUnsure: 'move' }, mail)).toEqual(['no item skipped link-ambiguous'])
    expect(await clicked({ url: offer }, { html: `${link}<a href="${ours(deal)}">x</a>`, subject: 'Again' })).toEqual(
      [],
    )
  })

  test('told by a poll alone it is the same', async () => {
    const { rig } = scene
    rig.portal.switches.mailClickEvent = 'none'
    const html = `${link}<blockquote><a href="${ours(deal)}">old</a></blockquote>`
    const story = await scene.story({ kind, fields: { url: offer } }, async () => {
      const { activityId } = rig.portal.act.sendMail({ bindings: [deal], html })
      await rig.settled()
      rig.portal.act.clickMailLink(activityId)
      await pollMail(rig)
    })
    rig.portal.switches.mailClickEvent = 'activityUpdate'
    expect(story).toEqual([moved(deal)])
  })
})
