import { beforeAll, expect, test } from 'vitest'
import { pagesCalled, testPages } from './page-checks.ts'
import { pages, prepare } from './pages.ts'
import { useBrowser } from './visit.ts'

const visits = useBrowser()
const called = ['connection', 'journal', 'settings', 'item-tab', 'installer']

beforeAll(() => prepare(visits.rig))

testPages(visits, pagesCalled(...called))

test('every page with the app is looked at by one of the files', () => {
  const looked = pagesCalled(...called, 'board', 'catalogue', 'dialog', 'form')
  expect(Object.keys(pages).filter((name) => !looked.includes(name))).toEqual(['playground'])
})
