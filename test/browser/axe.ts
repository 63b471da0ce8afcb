import { readFileSync } from 'node:fs'
import type { Frame, Page } from 'playwright-core'

const script = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

type Violation = { id: string; impact: string; help: string; nodes: { target: string[]; failureSummary: string }[] }

/** What another theme changes: axe-core's rules of colours. */
const COLOURS = ['color-contrast', 'link-in-text-block']

/**
 * What judges the page as a whole. While one of the kit's lists is open the rest is hidden from readers, and the focus is kept in the list: axe-core
 * knows that of dialogs alone.
 */
const OF_THE_PAGE = ['region', 'page-has-heading-one', 'landmark-one-main', 'aria-hidden-focus']

/** What axe-core calls moderate, serious or critical in the page's frames of that origin, in words; empty is good. */
export async function seriousIssues(
  page: Page,
  origin: string,
  rules: 'all' | 'colours' | 'of an open list' = 'all',
): Promise<string[]> {
  const frames = page.frames().filter((frame) => new URL(frame.url()).origin === origin)
  if (frames.length === 0) throw new Error(`Nothing of ${origin} is shown`)
  const options = {
    iframes: false,
    resultTypes: ['violations'],
    preload: false,
    ...(rules === 'colours' ? { runOnly: COLOURS } : {}),
    ...(rules === 'of an open list' ? { rules: without(OF_THE_PAGE) } : {}),
  }
  const found = await Promise.all(frames.map((frame) => issuesIn(frame, options)))
  return found.flat()
}

async function issuesIn(frame: Frame, options: object): Promise<string[]> {
  // Evaluated through the debugger, which the page's own policy for scripts does not bind; once in a page, as it is long.
  if (!(await frame.evaluate(`'axe' in globalThis`))) await frame.evaluate(script)
  const { violations } = await frame.evaluate<{ violations: Violation[] }>(
    `axe.run(document, ${JSON.stringify(options)})`,
  )
  return violations
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    )
}

function without(rules: string[]): Record<string, { enabled: false }> {
  return Object.fromEntries(rules.map((rule) => [rule, { enabled: false }]))
}
