import type { Entry, TriggerSettings } from '../model.ts'

const DAY_MS = 86_400_000

/** The body of `POST /api/triggers/rehearse` for so many days up to now. */
export function rehearsalRequest(trigger: TriggerSettings, days: number, now: Date) {
  return { trigger, since: new Date(now.getTime() - days * DAY_MS).toISOString() }
}

/** What a rehearsal came to, as a text and its number: nothing happened, nothing would move, or so many moves. */
export function resultOf(entries: readonly Entry[]): { key: string; n: number } {
  if (entries.length === 0) return { key: 'rehearsal.nothing', n: 0 }
  const moves = entries.filter(({ outcome }) => outcome === 'would-move').length
  return moves === 0 ? { key: 'rehearsal.no-moves', n: entries.length } : { key: 'rehearsal.moves', n: moves }
}
