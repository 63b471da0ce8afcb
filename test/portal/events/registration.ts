import type { PortalState } from '../state.ts'
import type { World } from '../world/world.ts'

/** Adding a handler of an event, whoever adds it, makes the portal pass that event to REST (platform.md 3.1). */
export function register({ world }: PortalState, event: string): void {
  world.registeredEvents.add(event)
}

/**
 * Does the portal pass an event to REST? Only while its name is registered; an event that finds no handler of an installed
 * app takes the registration away, and no handler that is only listed brings it back (platform.md 3.1).
 */
export function isPassedOn({ world, switches }: PortalState, event: string): boolean {
  if (switches.deadSubscriptions === 'never') return true
  if (!world.registeredEvents.has(event)) return false
  if (hasListener(world, event)) return true
  world.registeredEvents.delete(event)
  return false
}

function hasListener({ app, bindings, otherListeners }: World, event: string): boolean {
  const isOurs = app.state === 'installed' && bindings.some((binding) => binding.event === event)
  return isOurs || otherListeners.includes(event)
}
