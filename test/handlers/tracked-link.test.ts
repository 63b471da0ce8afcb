import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'
import { clickLink, clicksRecorded, linkTo } from '../tracked-link.ts'

const deal = { entityTypeId: SEED.types.deal, id: SEED.deals.kim }

describe('GET /l/:token', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig({ env: { CLICK_HOLD_SECONDS: '3600' } })
  })
  beforeEach(async () => {
    await rig.stagecue.db.deleteFrom('work').where('kind', '=', 'click').execute()
  })
  afterAll(() => rig.stop())

  it.each([
    ['an address', 'https://acme.example', 'https://acme.example'],
    [
      'what is encoded already',
      'http://acme.example:8080/%20%C3%BC?a=1&b=%26;#top',
      'http://acme.example:8080/%20%C3%BC?a=1&b=%26;#top',
    ],
    [
      'letters that no header can hold',
      'https://acme.example/ü/猫?q=ß',
      'https://acme.example/%C3%BC/%E7%8C%AB?q=%C3%9F',
    ],
    ['signs that mean something in HTML', 'https://acme.example/?"<b>', 'https://acme.example/?%22%3Cb%3E'],
  ])('leads to its target: %s', async (_, target, location) => {
    const response = await clickLink(linkTo(rig, deal, target))
    expect([response.status, response.headers.get('location')]).toEqual([302, location])
    expect(response.headers.get('cache-control')).toBe('no-store')
    await clicksRecorded(rig, 1)
  })

  it('answers HEAD with the same address, and holds it as a click of nobody', async () => {
    const response = await clickLink(linkTo(rig, deal, 'https://acme.example/'), { method: 'HEAD' })
    expect([response.status, response.headers.get('location')]).toEqual([302, 'https://acme.example/'])
    await clicksRecorded(rig, 1)
    const [row] = await rig.stagecue.db.selectFrom('work').selectAll().where('kind', '=', 'click').execute()
    expect(JSON.parse(row?.body ?? '{}')).toMatchObject({ head: true, entityTypeId: 2, itemId: deal.id })
  })

  it('leads nowhere when the link is forged, cut or changed, and records nothing', async () => {
    const url = linkTo(rig, deal, 'https://acme.example/')
    const last = url.at(-1) === 'A' ? 'B' : 'A'
    for (const forged of [url.slice(0, -1), url.slice(0, -1) + last, `${url}A`, `${rig.url}/l/x`, `${rig.url}/l/%00`]) {
      const response = await clickLink(forged)
      expect([response.status, response.headers.get('location')], forged).toEqual([404, null])
    }
    expect((await clickLink(`${rig.url}/l/`)).status).toBe(404)
    await clicksRecorded(rig, 0)
  })

  it.each([
    ['en', 'This page does not exist', 'This link is no longer active'],
    ['de-AT', 'Diese Seite gibt es nicht', 'Dieser Link ist nicht mehr aktiv'],
    ['ru', 'Такой страницы нет', 'Эта ссылка больше не действует'],
  ])(
    'says on a page in the language of the browser (%s) why it leads nowhere, without a code',
    async (language, none, stopped) => {
      const pageAt = async (url: string) => {
        const response = await fetch(url, { headers: { 'accept-language': language }, redirect: 'manual' })
        return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
      }
      const forged = await pageAt(`${rig.url}/l/x`)
      expect(forged).toMatchObject({
        status: 404,
        type: 'text/html; charset=utf-8',
        text: expect.stringContaining(none),
      })
      const url = linkTo(rig, deal, `https://acme.example/${language}`)
      const admin = await rig.as(SEED.users.admin)
      expect((await admin('POST', '/api/links/stopped', { link: url })).status).toBe(201)
      const page = await pageAt(url)
      expect(page).toMatchObject({
        status: 410,
        type: 'text/html; charset=utf-8',
        text: expect.stringContaining(stopped),
      })
      for (const { text } of [forged, page]) expect(text).not.toMatch(/gone|not-found|"code"|acme\.example/)
    },
  )

  it('whoever follows one link again and again fills no store, and is led on', async () => {
    const url = linkTo(rig, deal, 'https://acme.example/again')
    const answers = await Promise.all(Array.from({ length: 60 }, () => clickLink(url)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([302]))
    await clicksRecorded(rig, 20)
    await clickLink(linkTo(rig, deal, 'https://acme.example/another'))
    await clicksRecorded(rig, 21)
  })

  it('takes no other method', async () => {
    const response = await fetch(linkTo(rig, deal, 'https://acme.example/'), { method: 'POST', redirect: 'manual' })
    expect(response.status).toBe(404)
  })

  it('goes on leading there when the app is uninstalled, and records nothing', async () => {
    const url = linkTo(rig, deal, 'https://acme.example/')
    await rig.stagecue.db.updateTable('portal').set({ status: 'uninstalled' }).execute()
    expect((await clickLink(url)).status).toBe(302)
    await rig.stagecue.db.updateTable('portal').set({ status: 'installed' }).execute()
    expect((await clickLink(url)).status).toBe(302)
    await clicksRecorded(rig, 1)
  })
})

it('GET /l/:token needs no database', async () => {
  const rig = await startRig()
  const url = linkTo(rig, deal, 'https://acme.example/')
  await rig.stagecue.worker.stop()
  await rig.stagecue.db.destroy()
  expect((await clickLink(url)).headers.get('location')).toBe('https://acme.example/')
  await rig.stop()
})

describe('the host of PUBLIC_LINK_URL', () => {
  it('has tracked links and nothing else, and links at PUBLIC_URL go on working', async () => {
    const rig = await startRig({ env: { PUBLIC_LINK_URL: 'http://links.example', CLICK_HOLD_SECONDS: '3600' } })
    try {
      const api = await rig.as(SEED.users.admin)
      const target = 'https://acme.example/'
      const { body } = await api('POST', '/api/links', { entityTypeId: deal.entityTypeId, itemId: deal.id, target })
      const { url } = body as { url: string }
      expect(url).toMatch(/^http:\/\/links\.example\/l\/[\w-]+$/)
      const path = new URL(url).pathname
      for (const host of ['links.example', 'LINKS.example:8080', 'links.example.']) {
        expect(await statusAt(rig, host, path), host).toBe(302)
        for (const other of ['/app', '/install', '/health', '/api/me', '/pages/', '/events', '//l/x', '/L/../app']) {
          expect(await statusAt(rig, host, other), `${host}${other}`).toBe(404)
        }
      }
      expect(await statusAt(rig, new URL(rig.url).host, path)).toBe(302)
      expect(await statusAt(rig, new URL(rig.url).host, '/health')).toBe(200)
    } finally {
      await rig.stop()
    }
  })
})

/** The status of a GET that names another host, which `fetch` does not let one do. */
async function statusAt(rig: Rig, host: string, path: string): Promise<number | undefined> {
  const { port } = new URL(rig.url)
  const asked = get({ host: '127.0.0.1', port, path, headers: { host } })
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode
}
