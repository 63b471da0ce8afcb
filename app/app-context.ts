import { type InjectionKey, inject, type Ref } from 'vue'
import type { Api, Session } from './api.ts'
import type { Failures } from './failures.ts'
import type { Format } from './format.ts'
import type { Frame } from './frame-type.ts'
import type { ItemType, Kind } from './model.ts'
import type { Names } from './names.ts'
import type { Navigation } from './navigation.ts'
import type { Pause } from './pause.ts'

/** What every page works with. */
export type AppContext = {
  api: Api
  frame: Frame
  session: Session
  /** May change triggers and read the whole journal. */
  isManager: boolean
  types: Ref<ItemType[]>
  kinds: Ref<Kind[]>
  names: Names
  format: Format
  navigation: Navigation
  pause: Pause
  failures: Failures
}

export const appContextKey: InjectionKey<AppContext> = Symbol('stagecue')

export function useAppContext(): AppContext {
  const services = inject(appContextKey)
  if (!services) throw new Error('No session is open')
  return services
}
