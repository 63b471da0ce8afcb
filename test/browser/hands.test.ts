import { beforeAll, expect, test } from 'vitest'
import { movedByItself } from './hands.ts'
import { prepare } from './pages.ts'
import { useBrowser } from './visit.ts'
import { visitPage } from './visit-page.ts'

const visits = useBrowser()
const laptop = { width: 1280, height: 720 }
/** Longer than any answer takes. */
const AFTER_ALL_MS = 2500

beforeAll(async () => {
  await prepare(visits.rig)
})

const shown = [
  'board',
  'board-empty',
  'board-employee',
  'board-welcome',
  'form',
  'form-new',
  'form-history',
  'form-journal',
  'form-rehearsed',
  'journal',
  'settings',
  'settings-employee',
  'item-tab',
  'installer-again',
]

test.each(shown)(
  'nothing that comes late moves what somebody is about to press: %s',
  async (name) => {
    await visitPage(visits, name, { viewport: laptop, slowly: true }, async ({ page }) => {
      await page.waitForTimeout(AFTER_ALL_MS)
      expect(await movedByItself(page)).toEqual([])
    })
  },
  90_000,
)
