import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What a value has to be. */
export type Goal = { atMost: number } | { atLeast: number }

/** One figure of a bench. `met` is null where there is no goal. */
export type Row = { bench: string; name: string; value: number; unit: string; goal: Goal | null; met: boolean | null }

/** When and where a bench ran, and how long that took. */
export type Run = { at: string; machine: string; node: string; seconds: number }

/** The newest run of each bench, and its figures in the order in which they were measured. */
export type Results = { runs: Record<string, Run>; rows: Row[] }

/** Takes a figure as soon as it is measured. */
export type Report = (name: string, value: number, unit: string, goal?: Goal) => void

export type Bench = (report: Report) => Promise<void>

const file = fileURLToPath(new URL('results.json', import.meta.url))

export function readResults(): Results {
  if (!existsSync(file)) return { runs: {}, rows: [] }
  return JSON.parse(readFileSync(file, 'utf8')) as Results
}

/** Replaces the figures of that bench, and leaves those of the others. */
export function storeResults(bench: string, run: Run, rows: readonly Row[]): void {
  const { runs, rows: before } = readResults()
  const others = before.filter((row) => row.bench !== bench)
  const results: Results = { runs: { ...runs, [bench]: run }, rows: [...others, ...rows] }
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
}

export function rowOf(bench: string, name: string, value: number, unit: string, goal: Goal | null = null): Row {
  return { bench, name, value: rounded(value), unit, goal, met: goal === null ? null : isMet(value, goal) }
}

export function isMet(value: number, goal: Goal): boolean {
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast
}

export function goalText(goal: Goal): string {
  return 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`
}

/** Three digits that count; more would not be the same in the next run. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}
