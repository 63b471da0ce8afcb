import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Portal, SEED } from './index.ts'
import { ACT_GROUPS } from './playground/acts.ts'
import type { ActGroup } from './playground/buttons/act.ts'
import { textsIn } from './playground/say.ts'
import { type Fixture, json, result, setUp } from './testing.ts'

let fixture: Fixture
let portal: Portal
beforeEach(async () => {
  fixture = await setUp(['ONVOXIMPLANTCALLEND', 'ONCRMACTIVITYADD'])
  portal = fixture.portal
})
afterEach(() => fixture.stop())

const { users, deals, types } = SEED

/** The first thing the feed tells a user. */
async function viewAs(user: number, lang = '') {
  const aborted = new AbortController()
  const response = await fetch(`${portal.url}/playground/feed?user=${user}&lang=${lang}`, { signal: aborted.signal })
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.endsWith('\n\n')) break
  }
  aborted.abort()
  return JSON.parse(text.slice('data: '.length))
}

async function post(what: string, params: object) {
  const response = await fetch(`${portal.url}/playground/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params),
  })
  return { status: response.status, body: await json(response) }
}

test('every address of the portal is the same page, and nothing but its own files is served', async () => {
  for (const path of ['/', '/crm/deal/kanban/category/4/', '/crm/deal/details/31/', '/marketplace/app/12/']) {
    expect(await (await fetch(portal.url + path)).text()).toContain('/playground/main.js')
  }
  expect((await fetch(`${portal.url}/playground/board.js`)).headers.get('content-type')).toContain('text/javascript')
  expect((await fetch(`${portal.url}/playground/routes.ts`)).status).toBe(404)
})

test('a customer acts: the portal sends its events and the feed tells of it', async () => {
  const told = await post('act', { act: 'call-missed', client: `3:${SEED.contacts.kim}`, choice: SEED.lines.cloud })
  expect(told).toEqual({ status: 200, body: { told: 'Kim Client called, and nobody answered.' } })
  await portal.idle()
  expect(fixture.inbox.events.map(({ event }) => event).sort()).toEqual(['ONCRMACTIVITYADD', 'ONVOXIMPLANTCALLEND'])
  const { news } = await viewAs(users.admin)
  expect(news[0]).toMatchObject({ kind: 'activity', text: `Missed call from ${SEED.phones.kim}` })
})

test('what cannot be done now is said', async () => {
  const { status, body } = await post('act', { act: 'mail-open', client: `3:${SEED.contacts.kim}` })
  expect([status, body.error]).toEqual([409, expect.stringContaining('Let Sam send one first')])
})

test('what is told and refused is said in the language that was asked for', async () => {
  const lang = 'de'
  const call = { act: 'call-missed', client: 'stranger', choice: SEED.lines.cloud, lang }
  expect((await post('act', call)).body.told).toBe('Ein Fremder rief an, und niemand nahm ab.')
  const { body } = await post('act', { act: 'mail-open', client: `3:${SEED.contacts.kim}`, lang })
  expect(body.error).toBe(textsIn('de').refused['no-mail'])
})

test('every language has the same texts with the same parameters, and every button has its own', () => {
  const flat = (texts: object, prefix = ''): [string, string][] =>
    Object.entries(texts).flatMap(([key, text]): [string, string][] => {
      return typeof text === 'string' ? [[prefix + key, text]] : flat(text, `${prefix}${key}.`)
    })
  const paramsOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([param]) => param).toSorted()
  const shapeOf = (lang: string) => flat(textsIn(lang)).map(([key, text]) => [key, paramsOf(text)])
  expect(flat(textsIn('en')).filter(([, text]) => text.trim() === '')).toEqual([])
  for (const lang of ['de', 'ru']) expect(shapeOf(lang)).toEqual(shapeOf('en'))
  const acts = ACT_GROUPS.flatMap((group) => Object.keys(group.acts))
  expect(acts.toSorted()).toEqual(Object.keys(textsIn('en').acts).toSorted())
  expect(acts.toSorted()).toEqual(Object.keys(textsIn('en').told).toSorted())
})

test('every button does something, or says why not now', async () => {
  const acts = ACT_GROUPS.flatMap(({ choice, acts }) => Object.keys(acts).map((act) => ({ act, choice })))
  const firstOf = (choice: ActGroup['choice']) => {
    if (!choice) return ''
    const first = { lines: SEED.lines.cloud, forms: SEED.forms.callback, channels: SEED.channels.sales }
    return 'text' in choice
      ? textsIn('en').choices[choice.text]
      : String({ ...first, processes: types.asset }[choice.from])
  }
  const client = `3:${SEED.contacts.kim}`
  const refused: string[] = []
  for (const { act, choice } of acts) {
    const { status } = await post('act', { act, client, choice: firstOf(choice) })
    if (status !== 200) refused.push(act)
  }
  // In this order the process loses its fields after it is gone, and nothing else stands in the way.
  expect(refused).toEqual(['process-client', 'process-stages'])
})

test('people see what they may read, and change what they may edit', async () => {
  const idsFor = async (user: number) => {
    const { items } = await viewAs(user)
    return items
      .filter((item: { entityTypeId: number }) => item.entityTypeId === types.deal)
      .map(({ id }: { id: number }) => id)
  }
  expect(await idsFor(users.noCrm)).toEqual([])
  expect(await idsFor(users.ownOnly)).toEqual([deals.quiet])
  const edit = { entityTypeId: types.deal, id: deals.kim, stageId: 'C4:UC_OFFER' }
  expect((await post('edit', { ...edit, user: users.readOnly })).status).toBe(409)
  expect((await post('edit', { ...edit, user: users.sam })).status).toBe(200)
  expect(portal.world.items.get(`2:${deals.kim}`)?.stageId).toBe('C4:UC_OFFER')
})

test('a widget is called by the first of its titles where it has none in the portal’s language', async () => {
  const titles = { de: { TITLE: 'Stufen' }, ru: { TITLE: 'Стадии' } }
  const widget = { PLACEMENT: 'CRM_DEAL_DETAIL_TAB', HANDLER: fixture.inbox.url, TITLE: 'Stages', LANG_ALL: titles }
  await result(portal, fixture.admin, 'placement.bind', widget)
  const titleIn = async (lang: string) => {
    const { pipelines } = await viewAs(users.admin, lang)
    const ofDeals = pipelines.find(({ entityTypeId }: { entityTypeId: number }) => entityTypeId === types.deal)
    return ofDeals.tabs.map(({ title }: { title: string }) => title)
  }
  expect([await titleIn('ru'), await titleIn('en')]).toEqual([['Стадии'], ['Stufen']])
})

test('only administrators install', async () => {
  expect((await post('install', { user: users.sam })).status).toBe(409)
  expect((await post('install', { user: users.deputy })).status).toBe(200)
  expect(portal.world.app).toMatchObject({ state: 'installing', installerId: users.deputy })
})
