import type { FrameLocator, Page } from 'playwright-core'
import type { Place } from '../../app/opened-at.ts'
import { SEED } from '../portal/index.ts'
import { BOARD } from './pages.ts'
import type { Visitor, Visits } from './visit.ts'
import { app } from './visit-app.ts'

/** What the app shows where it is opened at `BOARD`. */
export const partnersBoard: Place = {
  page: 'board',
  entityTypeId: SEED.types.deal,
  categoryId: SEED.pipelines.partners,
}

/** The page that tests go on with, led back to the board of the partners' deals. */
export async function atBoard(visits: Visits, visitor?: Visitor): Promise<{ page: Page; stagecue: FrameLocator }> {
  const page = await visits.stay(BOARD, visitor, partnersBoard)
  return { page, stagecue: app(page) }
}

/** The same page, at one of the app's tabs. */
export async function atTab(
  visits: Visits,
  name: string,
  place: Place,
): Promise<{ page: Page; stagecue: FrameLocator }> {
  const page = await visits.stay(BOARD, undefined, place)
  const stagecue = app(page)
  const tab = stagecue.getByRole('button', { name, exact: true })
  // Where the page has just been opened it shows the board.
  if ((await tab.getAttribute('aria-current')) !== 'page') await tab.click()
  return { page, stagecue }
}
