import { ref } from 'vue'
import { type Api, ApiFault, type Session } from './api.ts'
import { createFormat } from './format.ts'
import type { Frame } from './frame.ts'
import type { ItemType, Kind, Picks } from './model.ts'
import { createNames } from './names.ts'
import { createNavigation } from './navigation.ts'
import { openedAt } from './opened-at.ts'
import type { Stagecue } from './stagecue.ts'

/** Reads what every page needs: the portal's types and stages, the kinds, and what this person may do. Throws `ApiFault`. */
export async function loadStagecue(
  { api, frame, session }: { api: Api; frame: Frame; session: Session },
  locale: string,
): Promise<Stagecue> {
  const [types, kinds, users] = await Promise.all([
    api.call<ItemType[]>('GET', '/api/directory'),
    api.call<Kind[]>('GET', '/api/kinds'),
    // Only managers may read the list: that tells who is one.
    api.call<Picks>('GET', '/api/users?limit=200').catch(nobodyIfForbidden),
  ])
  const isManager = users !== null
  const names = createNames(api, () => types, isManager)
  names.learn('users', [...(users?.entries ?? []), { id: session.user.id, title: session.user.name }])
  return {
    api,
    frame,
    session,
    isManager,
    types: ref(types),
    kinds: ref(kinds),
    names,
    format: createFormat(locale, session.user.timeZone),
    navigation: createNavigation(openedAt(frame.placement, frame.options), () => frame.scrollToTop()),
  }
}

function nobodyIfForbidden(error: unknown): null {
  if (error instanceof ApiFault && error.status === 403) return null
  throw error
}
