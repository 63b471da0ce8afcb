/** How far back `lastDays` of a trigger and the list of what filters ruled out reach (`design.md` 7). */
export function lastDaysSince(now: Date): Date {
  return new Date(now.getTime() - 7 * 86_400_000)
}
