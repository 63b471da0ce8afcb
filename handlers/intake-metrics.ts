import { Counter, type Registry } from 'prom-client'
import type { Inbox } from '../lib/queue/inbox.ts'

/** What this process did not store of what portals told. */
export function addIntakeMetrics(registry: Registry, intake: Inbox): void {
  new Counter({
    name: 'stagecue_notices_dropped_total',
    help: 'Events that were counted and not stored, as ten thousand of their portal waited: the regular search finds what is real of them.',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(intake.dropped())
    },
  })
}
