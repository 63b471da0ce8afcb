import { ref } from 'vue'
import type { Api, Session } from './api.ts'
import type { AppContext } from './app-context.ts'
import { createFailures } from './failures.ts'
import { createFormat } from './format.ts'
import type { Frame } from './frame-type.ts'
import type { ItemType, Kind } from './model.ts'
import { createNames } from './names.ts'
import { createNavigation } from './navigation.ts'
import { openedAt } from './opened-at.ts'
import { createPause } from './pause.ts'
import type { Translate } from './translate.ts'

/** Reads what every page needs: the portal's types and stages, the kinds, and what this person may do. Throws `ApiFault`. */
export async function loadAppContext(
  { api, frame, session }: { api: Api; frame: Frame; session: Session },
  { locale, t }: { locale: string; t: Translate },
): Promise<AppContext> {
  const pause = createPause(api)
  const [types, kinds, me] = await Promise.all([
    api.call<ItemType[]>('GET', '/api/directory'),
    api.call<Kind[]>('GET', '/api/kinds'),
    api.call<{ role: 'administrator' | 'manager' | 'employee' }>('GET', '/api/me'),
    pause.refresh(),
  ])
  const isManager = me.role !== 'employee'
  const names = createNames(api, () => types, t)
  names.learn('users', [{ id: session.user.id, title: session.user.name }])
  return {
    api,
    frame,
    session,
    isManager,
    types: ref(types),
    kinds: ref(kinds),
    names,
    format: createFormat(locale, session.user.timeZone),
    navigation: createNavigation(openedAt(frame.placement, frame.options), () => frame.scrollTo(0)),
    pause,
    failures: createFailures(api, isManager),
  }
}
