import { pages, sayIn, type Visited } from './pages.ts'
import type { Visitor, Visits } from './visit.ts'
import { app } from './visit-app.ts'

/** Opens one of `pages`, lets `look` look at it, and brings the portal back into the state that the others expect. */
export async function visitPage(
  visits: Visits,
  name: string,
  visitor: Omit<Visitor, 'user' | 'lang'>,
  look: (visited: Visited) => Promise<void>,
): Promise<void> {
  const shown = pages[name]
  if (!shown) throw new Error(`There is no page ${name}`)
  const { path, user, before, show, after, complaint } = shown
  await before?.(visits.rig)
  try {
    const page = await visits.open(path, { ...visitor, ...(user === undefined ? {} : { user }) })
    const visited = { page, stagecue: app(page), say: sayIn('en') }
    await show(visited)
    await look(visited)
    if (complaint) visits.expectComplaint(complaint)
  } finally {
    await after?.(visits.rig)
  }
}
