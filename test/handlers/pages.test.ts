import { readFileSync, statSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assetsFolder, readPageAssets } from '../../handlers/http/page-assets.ts'
import { buildApp } from '../build-app.ts'
import { type FrameParams, SEED } from '../portal/index.ts'
import { onlyAt } from '../positions/only-at.ts'
import { type Rig, startRig } from '../rig.ts'
import { send } from './send.ts'

let rig: Rig

beforeAll(async () => {
  await buildApp()
  rig = await startRig()
})
afterAll(() => rig.stop())

function open(page: string, { query, body }: { query: object; body: object }) {
  return send(`${rig.url}${page}?${new URLSearchParams({ ...query })}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...body }).toString(),
  })
}

const frame = (): FrameParams => rig.portal.openApp(SEED.users.sam)
const ancestors = (headers: Headers) => headers.get('content-security-policy')?.match(/frame-ancestors ([^;]+)/)?.[1]
const dataOf = (text: string) =>
  JSON.parse(text.match(/<script type="application\/json" id="data">(.*?)<\/script>/)?.[1] ?? 'null')

/** Older portals post less with a frame. */
const asNow = onlyAt({ frameParams2026: 'yes' })

describe.each(['/app', '/install'])('%s', (page) => {
  it('opened outside of a portal says how to install, in the browser’s language', async () => {
    const { status, text, headers } = await send(rig.url + page, { headers: { 'accept-language': 'de-DE' } })
    expect(status).toBe(200)
    expect(text).toContain('<html lang="de">')
    expect(text).toContain('Installieren Sie')
    expect(text).not.toContain('<script')
    expect(text).toContain('<meta name="color-scheme" content="light dark">')
    expect(ancestors(headers)).toBe("'none'")
  })

  it('answers HEAD, by which Bitrix24 checks the address', async () => {
    const { status, text } = await send(rig.url + page, { method: 'HEAD' })
    expect([status, text]).toEqual([200, ''])
  })

  it('posted without the parameters of a frame is the same as outside', async () => {
    const { status, text } = await open(page, { query: {}, body: { AUTH_ID: 'x' } })
    expect(status).toBe(200)
    expect(text).not.toContain('<script')
  })

  it('may be framed by this portal only, and runs no inline script', async () => {
    const { status, headers, text } = await open(page, frame())
    expect(status).toBe(200)
    expect(ancestors(headers)).toBe(rig.portal.url)
    expect(headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('set-cookie')).toBeNull()
    const scripts = [...text.matchAll(/<script([^>]*)>/g)].map((match) => match[1])
    expect(scripts).toEqual([
      ' type="application/json" id="data"',
      expect.stringMatching(/^ type="module" src="\/pages\/assets\/[\w-]+\.js"$/),
    ])
    expect(text).not.toMatch(/ on\w+=| style=/)
  })

  it('holds what the frame itself posted, no tokens, and nothing else about the portal', asNow, async () => {
    const opened = frame()
    const { text } = await open(page, opened)
    expect(dataOf(text).session).toEqual({
      memberId: rig.portal.memberId,
      domain: rig.portal.domain,
      applicationToken: rig.portal.applicationToken,
      serverEndpoint: `${rig.emulator.oauthUrl}/rest/`,
      lang: 'en',
    })
    for (const token of [opened.body.AUTH_ID, opened.body.REFRESH_ID]) expect(text).not.toContain(token)
    const stranger = await open(page, { ...opened, body: { ...opened.body, APPLICATION_TOKEN: '' } })
    expect(stranger.text).not.toContain(rig.portal.applicationToken)
  })

  it('of a frame that names another address goes to that plain host only', async () => {
    const { query, body } = frame()
    const other = await open(page, { query: { ...query, DOMAIN: 'other.example' }, body })
    expect(ancestors(other.headers)).toBe('other.example')
    for (const DOMAIN of [
      '',
      "a.example; script-src 'unsafe-inline'",
      'a.example/path',
      '*.example',
      'user@a.example',
      'a b',
    ]) {
      expect(ancestors((await open(page, { query: { ...query, DOMAIN }, body })).headers), DOMAIN).toBe("'none'")
    }
  })

  it('cannot be broken out of by what is posted', async () => {
    const { query, body } = frame()
    const evil = '</script><script>alert(1)</script><!--\u2028'
    const { text } = await open(page, {
      query: { ...query, LANG: evil.slice(0, 10) },
      body: { ...body, PLACEMENT: evil, SERVER_ENDPOINT: evil },
    })
    expect(text).not.toContain('<script>alert')
    expect(text).not.toContain('<!--')
    expect(dataOf(text).session.serverEndpoint).toBe(evil)
  })

  it('speaks the language of the frame', async () => {
    const { query, body } = frame()
    const { text } = await open(page, { query: { ...query, LANG: 'ru' }, body })
    expect(text).toContain('<html lang="ru">')
    expect(text).toContain('Одну минуту')
  })
})

describe('a page of a portal that is not installed', () => {
  it('says how to install, in its frame', async () => {
    const portal = await rig.emulator.addPortal({ appUrl: rig.url })
    const opened = portal.beginInstall()
    const { text, headers } = await open('/app', opened)
    expect(text).toContain('A Bitrix24 administrator can install it')
    expect(text).not.toContain('<script')
    expect(ancestors(headers)).toBe(portal.domain)
    expect(dataOf((await open('/install', opened)).text).session.memberId).toBe(portal.memberId)
  })
})

describe('the files of the pages', () => {
  it('are served; built ones for ever', async () => {
    const { script, styles } = readPageAssets() ?? { script: '', styles: [] }
    for (const path of [script, ...styles, '/pages/plain.css']) {
      const { status, headers } = await send(rig.url + path)
      expect(status).toBe(200)
      expect(headers.get('content-type')).toMatch(path.endsWith('css') ? /css/ : /javascript/)
      expect(headers.get('cache-control')).toContain(path === '/pages/plain.css' ? 'max-age=300' : 'immutable')
    }
  })

  it('come packed to browsers that take it, with the same content', async () => {
    const { script = '' } = readPageAssets() ?? {}
    const plain = await send(rig.url + script, { headers: { 'accept-encoding': 'identity' } })
    const packed = await fetch(rig.url + script, { headers: { 'accept-encoding': 'gzip' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    expect(packed.headers.get('content-type')).toMatch(/javascript/)
    expect(packed.headers.get('vary')).toContain('Accept-Encoding')
    expect(await packed.text()).toBe(plain.text)
  })

  it('of the first page weigh no more than 400 kB', () => {
    const manifest = JSON.parse(readFileSync(`${assetsFolder}/manifest.json`, 'utf8'))
    const files = new Set<string>()
    const add = (key: string) => {
      const { file, css = [], imports = [] } = manifest[key]
      if (files.has(file)) return
      for (const one of [file, ...css]) files.add(one)
      for (const one of imports) add(one)
    }
    for (const key of ['main.ts', 'AppShell.vue', 'board/BoardPage.vue', 'texts/ru.json']) add(key)
    const bytes = [...files].reduce((sum, file) => sum + statSync(`${assetsFolder}/${file}.gz`).size, 0)
    expect(bytes).toBeLessThan(400_000)
  })
})
