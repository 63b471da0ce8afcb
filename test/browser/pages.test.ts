import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { seriousIssues } from './axe.ts'
import { closeInstaller, pages, prepare, putOn, sayIn } from './pages.ts'
import { app, useBrowser } from './visit.ts'

const visits = useBrowser()
const pictures = fileURLToPath(new URL('screenshots', import.meta.url))

beforeAll(() => prepare(visits.rig))
afterEach(() => closeInstaller(visits.rig))

describe.each(['en', 'ru'] as const)('in %s, light and dark', (lang) => {
  test.each(Object.entries(pages))('%s can be used by everybody', async (name, { path, user, show }) => {
    const viewport = { width: 1440, height: 1200 }
    const page = await visits.open(path, { lang, viewport, ...(user === undefined ? {} : { user }) })
    await show({ page, stagecue: app(page), say: sayIn(lang) })
    for (const theme of ['light', 'dark'] as const) {
      await putOn(app(page), page, theme)
      const frame = page.frames().find((one) => one.url().startsWith(visits.rig.url))
      await frame?.evaluate('Promise.all(document.getAnimations().map((one) => one.finished))')
      await page.screenshot({ path: `${pictures}/${name}-${lang}-${theme}.png`, animations: 'disabled' })
      // What axe-core looks at is the same in every language.
      if (lang === 'en') expect(await seriousIssues(page, visits.rig.url), theme).toEqual([])
    }
  })
})
