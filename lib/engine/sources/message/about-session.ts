import type { About } from '../../snapshot/failures.ts'

/** What is known of a conversation beside its activity. */
export function aboutSession(session: string): About[] {
  return [`history ${session}`, `session ${session}`]
}
