import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { seriousIssues } from './axe.ts'
import { pages, painted, prepare, putOn } from './pages.ts'
import { useBrowser } from './visit.ts'
import { visitPage } from './visit-page.ts'

const visits = useBrowser()
/** Where what failed is shown. */
const pictures = fileURLToPath(new URL('screenshots', import.meta.url))

beforeAll(() => prepare(visits.rig))

// What axe-core looks at is the same in every language; `npm run pictures` shows all of them.
const withApp = Object.keys(pages).filter((name) => !pages[name]?.isPortalAlone)

test.each(withApp)('%s can be used by everybody, light and dark', async (name) => {
  await visitPage(visits, name, { viewport: { width: 1440, height: 1200 } }, async ({ page, stagecue }) => {
    for (const theme of ['light', 'dark'] as const) {
      await putOn(stagecue, page, theme)
      const frame = page.frames().find((one) => one.url().startsWith(visits.rig.url))
      await frame?.evaluate(painted)
      const rules = theme === 'light' ? 'all' : 'colours'
      const issues = await seriousIssues(page, visits.rig.url, rules)
      if (issues.length > 0) await page.screenshot({ path: `${pictures}/${name}-${theme}.png`, animations: 'disabled' })
      expect(issues, theme).toEqual([])
    }
  })
})
