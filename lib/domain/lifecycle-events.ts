/** Events of the app's own life in a portal (`platform.md` 1.5), and the kind of work that each becomes. */
export const lifecycleKinds = {
  ONAPPINSTALL: 'app-installed',
  ONAPPUPDATE: 'app-updated',
  ONAPPUNINSTALL: 'app-uninstalled',
} as const

export type LifecycleEvent = keyof typeof lifecycleKinds

export const lifecycleEvents = Object.keys(lifecycleKinds) as LifecycleEvent[]

export function isLifecycleEvent(event: string): event is LifecycleEvent {
  return Object.hasOwn(lifecycleKinds, event)
}
