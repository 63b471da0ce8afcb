import type { Portal } from './portal/index.ts'

/** What Stagecue asks for its own sake at any time: whether it is subscribed, who its access is. */
const housekeeping = /^(event\.\w+|app\.info|profile|scope|user\.admin)$/

/** Requests for customers' sake that the portal has got since it had so many, each as the methods it held. */
export function askedSince(portal: Portal, before: number): string[][] {
  const asked = portal.requests.slice(before).map(({ methods }) => methods)
  return asked.filter((methods) => !methods.every((method) => housekeeping.test(method)))
}
