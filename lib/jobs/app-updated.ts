import type { Job } from '../engine/job.ts'
import { type LifecycleParts, proveLifecycle } from './app-installed.ts'

/**
 * ONAPPUPDATE: a new version has removed our handlers and may bring a new application_token. Once it is proven `rebind`
 * subscribes again, in case no administrator opens the installer (`platform.md` 1.2).
 */
export function appUpdated(parts: LifecycleParts, rebind: (portal: string) => Promise<void>): Job {
  return async (round, rows) => {
    const { memberId } = round.portal
    for (const row of rows) await proveLifecycle(parts, round, row, () => rebind(memberId))
  }
}
