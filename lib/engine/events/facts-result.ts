import type { Origin } from '../../domain/occurrence.ts'
import type { Wait } from '../../queue/job-outcomes.ts'
import type { Facts } from '../../triggers/facts.ts'

/** What the portal says about the subject of an event, or when it may say more, or that there is nothing to see. */
export type FactsResult =
  | { state: 'found'; facts: Facts; origin: Origin }
  | ({ state: 'later' } & Wait)
  | { state: 'gone'; reason: string }
