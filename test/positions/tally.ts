/** What came of a run of tests. */
export interface Tally {
  passed: number
  /** Left out, as they are about other positions. */
  elsewhere: number
  /** The names of those that failed. */
  failed: string[]
}

/** `41 passed, 0 failed`, and how many are about other positions. */
export function tallyText({ passed, elsewhere, failed }: Tally): string {
  const others = elsewhere > 0 ? `, ${elsewhere} about other positions` : ''
  return `${passed} passed, ${failed.length} failed${others}`
}

export function sumOf(tallies: Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    elsewhere: tallies.reduce((sum, { elsewhere }) => sum + elsewhere, 0),
    failed: tallies.flatMap(({ failed }) => failed),
  }
}
