import type { Place } from '../../app/opened-at.ts'
import { partnersBoard } from './at-board.ts'
import { APP, BOARD, pages, type Shown, sayIn, type Visited } from './pages.ts'
import type { Visitor, Visits } from './visit.ts'
import { app } from './visit-app.ts'

/** What the app shows where it is opened. */
const places: Readonly<Record<string, Place>> = {
  [BOARD]: partnersBoard,
  [APP]: { page: 'board' },
}

/** Whether one of `pages` needs a browser page of its own; others begin where the app lies open already. */
export function isOpenedAnew(name: string): boolean {
  const { path, user, before, after, endsSession } = shownAs(name)
  return !places[path] || user !== undefined || Boolean(before ?? after ?? endsSession)
}

/** Shows one of `pages`, lets `look` look at it, and brings the portal back into the state that the others expect. */
export async function visitPage(
  visits: Visits,
  name: string,
  visitor: Omit<Visitor, 'user' | 'lang'>,
  look: (visited: Visited) => Promise<void>,
): Promise<void> {
  const { path, user, before, show, after, complaint } = shownAs(name)
  await before?.(visits.rig)
  try {
    const place = places[path]
    // What comes late does so when the app is opened.
    const isAnew = isOpenedAnew(name) || visitor.slowly || !place
    const page = isAnew
      ? await visits.open(path, { ...visitor, ...(user === undefined ? {} : { user }) })
      : await visits.stay(path, visitor, place)
    const visited = { page, stagecue: app(page), say: sayIn('en') }
    await show(visited)
    await look(visited)
    if (complaint) visits.expectComplaint(complaint)
  } finally {
    await after?.(visits.rig)
  }
}

function shownAs(name: string): Shown {
  const shown = pages[name]
  if (!shown) throw new Error(`There is no page ${name}`)
  return shown
}
