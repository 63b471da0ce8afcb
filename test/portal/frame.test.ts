import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Emulator, type Portal, SEED, startEmulator } from './index.ts'
import { json, result } from './testing.ts'

let emulator: Emulator
let portal: Portal
beforeEach(async () => {
  emulator = await startEmulator({ appUrl: 'http://app.example' })
  portal = await emulator.addPortal()
})
afterEach(() => emulator.stop())

const open = (query: Record<string, string>) => fetch(`${portal.url}/app-frame?${new URLSearchParams(query)}`)
const configOf = (html: string) => JSON.parse(html.match(/id="opening">(.*)<\/script>/)?.[1] ?? 'null')

test('the host page shows the installer first, then the app or a widget', async () => {
  expect((await open({ user: '1' })).status).toBe(404)
  portal.beginInstall()
  const installer = configOf(await (await open({ user: '1' })).text())
  expect(installer.action).toMatch(/^http:\/\/app\.example\/install\?DOMAIN=/)
  expect((await open({ user: '15' })).status).toBe(403)
  expect(installer.initData).toMatchObject({ INSTALL: true, IS_ADMIN: true, PATH: '/rest', MEMBER_ID: portal.memberId })
  await fetch(`${portal.url}/app-frame/install-finish?user=1`, { method: 'POST' })
  const response = await open({ user: '15', placement: 'CRM_DEAL_DETAIL_TAB', options: '{"ID":"31"}' })
  const page = await response.text()
  const widget = configOf(page)
  expect(widget.action).toContain('http://app.example/app?')
  expect(page).toContain(`name="${portal.domain}|0|${new URL(widget.action).searchParams.get('APP_SID')}"`)
  expect(widget.body).toMatchObject({ PLACEMENT: 'CRM_DEAL_DETAIL_TAB', PLACEMENT_OPTIONS: '{"ID":"31"}' })
  expect(widget.initData).toMatchObject({ AUTH_ID: widget.body.AUTH_ID, INSTALL: false, IS_ADMIN: false })
})

test('placements are told the page of the portal from which they were opened', async () => {
  portal.beginInstall()
  portal.finishInstall()
  const optionsFrom = async (referer: string, query: Record<string, string>) => {
    const address = `${portal.url}/app-frame?${new URLSearchParams({ user: '1', ...query })}`
    const response = await fetch(address, { headers: { referer } })
    return configOf(await response.text()).body.PLACEMENT_OPTIONS
  }
  const card = { placement: 'CRM_DEAL_DETAIL_TAB', options: '{"ID":"31"}' }
  const page = '/crm/deal/details/31/'
  expect(JSON.parse(await optionsFrom(`${portal.url}${page}?x=1`, card))).toEqual({ URI: page, ID: '31' })
  expect(JSON.parse(await optionsFrom('http://elsewhere.example/', card))).toEqual({ ID: '31' })
  expect(JSON.parse(await optionsFrom(`${portal.url}/`, {}))).toEqual({ URI: '/' })
  expect(await optionsFrom('', {})).toBeUndefined()
})

test('older portals leave reloading and scrolling alone in placements, by the switch', async () => {
  portal.beginInstall()
  portal.finishInstall()
  const swallowed = async (query: Record<string, string>) => {
    return configOf(await (await open({ user: '1', ...query })).text()).swallowed
  }
  expect(await swallowed({ placement: 'LEFT_MENU' })).toEqual([])
  portal.switches.reloadInPlacements = 'swallowed'
  expect(await swallowed({ placement: 'LEFT_MENU' })).toEqual(['reloadWindow', 'setScroll'])
  expect(await swallowed({})).toEqual([])
})

test('refreshing in the frame gives new tokens of the same user', async () => {
  portal.beginInstall()
  portal.finishInstall()
  const auth = await json(await fetch(`${portal.url}/app-frame/refresh?user=${SEED.users.ines}`, { method: 'POST' }))
  expect((await result(portal, auth.AUTH_ID, 'profile')).ID).toBe(String(SEED.users.ines))
})

test('dismissed users are not let in', async () => {
  portal.beginInstall()
  expect((await open({ user: String(SEED.users.dismissed) })).status).toBe(403)
})
