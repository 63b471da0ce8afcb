import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { seriousIssues } from './axe.ts'
import { pages, prepare, putOn, sayIn } from './pages.ts'
import { app, useBrowser } from './visit.ts'

const visits = useBrowser()
const pictures = fileURLToPath(new URL('screenshots', import.meta.url))

beforeAll(() => prepare(visits.rig))

// What axe-core looks at is the same in every language; `npm run pictures` shows all of them.
test.each(Object.entries(pages))('%s can be used by everybody, light and dark', async (name, shown) => {
  const { path, user, before, show, after, complaint } = shown
  await before?.(visits.rig)
  try {
    const viewport = { width: 1440, height: 1200 }
    const page = await visits.open(path, { lang: 'en', viewport, ...(user === undefined ? {} : { user }) })
    await show({ page, stagecue: app(page), say: sayIn('en'), lang: 'en' })
    for (const theme of ['light', 'dark'] as const) {
      await putOn(app(page), page, theme)
      const frame = page.frames().find((one) => one.url().startsWith(visits.rig.url))
      await frame?.evaluate('Promise.all(document.getAnimations().map((one) => one.finished))')
      await page.screenshot({ path: `${pictures}/${name}-${theme}.png`, animations: 'disabled' })
      expect(await seriousIssues(page, visits.rig.url), theme).toEqual([])
    }
    if (complaint) visits.expectComplaint(complaint)
  } finally {
    await after?.(visits.rig)
  }
})
