import type { Entry, TriggerSettings } from '../model.ts'

const DAY_MS = 86_400_000

/** The body of `POST /api/triggers/rehearse` for so many days up to now. */
export function rehearsalRequest(trigger: TriggerSettings, days: number, now: Date) {
  return { trigger, since: new Date(now.getTime() - days * DAY_MS).toISOString() }
}

/** What a test run came to, as a text and its numbers: no events, nothing would move, or so many of so many events would. */
export function resultOf(entries: readonly Entry[]): { key: string; n: number; total: number } {
  const total = new Set(entries.map(({ occurrence }) => occurrence.key)).size
  if (total === 0) return { key: 'rehearsal.nothing', n: 0, total }
  const moving = entries.filter(isMove).map(({ occurrence }) => occurrence.key)
  const moves = new Set(moving).size
  return moves === 0 ? { key: 'rehearsal.no-moves', n: total, total } : { key: 'rehearsal.moves', n: moves, total }
}

/** What would move comes first: that is what somebody looks for. */
export function movesFirst(entries: readonly Entry[]): Entry[] {
  return [...entries.filter(isMove), ...entries.filter((entry) => !isMove(entry))]
}

function isMove({ outcome }: Entry): boolean {
  return outcome === 'would-move'
}

/** The body for what happened with one item. */
export function itemRehearsalRequest(trigger: TriggerSettings, id: number) {
  return { trigger, item: { entityTypeId: trigger.entityTypeId, id } }
}

/** The id of an item, out of its number or out of the address of its card in Bitrix24; null: neither. */
export function itemIdIn(text: string): number | null {
  const [, id] = /(?:^|\/details\/)(\d{1,15})\/?(?:[?#].*)?$/.exec(text.trim()) ?? []
  return id === undefined || Number(id) === 0 ? null : Number(id)
}
