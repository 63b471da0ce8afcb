import { readFileSync, writeFileSync } from 'node:fs'
import { goalText, type Results, type Row, readResults } from './results.ts'

const source = new URL('performance.md', import.meta.url)
const page = new URL('../docs/performance.md', import.meta.url)

/** A line of the source in whose place a bench's figures come, all goals that were missed, or how long all benches took. */
const PLACE = /^<!-- (missed|total|results: (\w+)) -->$/gm

const NOTHING = '*Not measured yet.*'

/** From this part of filled cells on, figures are shown as a table of names and units. */
const FILLED = 0.6

/** `docs/performance.md`: the prose of `bench/performance.md` with the figures of `bench/results.json`. */
export function performancePage(): string {
  const results = readResults()
  const text = readFileSync(source, 'utf8').replace(PLACE, (_, place: string, bench?: string) =>
    bench === undefined ? (place === 'missed' ? missedGoals(results) : timeOf(results)) : figuresOf(results, bench),
  )
  return `<!-- Made from bench/performance.md and bench/results.json by npm run docs. -->\n\n${text}`
}

export function writePerformancePage(): void {
  writeFileSync(page, performancePage())
}

/** How long the newest runs took, one after the other. */
function timeOf({ runs }: Results): string {
  const seconds = Object.values(runs).reduce((sum, run) => sum + run.seconds, 0)
  return `The runs below took ${Math.round(seconds / 60)} minutes together.`
}

function missedGoals({ rows }: Results): string {
  if (rows.length === 0) return NOTHING
  const missed = rows.filter(({ met }) => met === false)
  if (missed.length === 0) return 'No goal was missed.'
  const lines = missed.map(({ bench, name, value, unit, goal }) => [
    bench,
    name,
    `${value} ${unit}`,
    goal ? goalText(goal) : '',
  ])
  return table(['bench', 'what', 'value', 'goal'], lines)
}

function figuresOf({ runs, rows }: Results, bench: string): string {
  const run = runs[bench]
  if (!run) return NOTHING
  const of = rows.filter((row) => row.bench === bench)
  const told = `*${run.at.slice(0, 10)}, ${run.machine}, Node ${run.node}; took ${Math.round(run.seconds)} s.*`
  return `${told}\n\n${matrixOf(of) ?? listOf(of)}`
}

/** Names down, units across; null where few names have figures in the same units. */
function matrixOf(rows: readonly Row[]): string | null {
  const names = [...new Set(rows.map(({ name }) => name))]
  const units = [...new Set(rows.map(({ unit }) => unit))]
  if (units.length < 2 || rows.length < FILLED * names.length * units.length) return null
  const cell = (name: string, unit: string) => {
    const row = rows.find((one) => one.name === name && one.unit === unit)
    return row ? cellOf(row) : ''
  }
  return table(
    ['', ...units],
    names.map((name) => [name, ...units.map((unit) => cell(name, unit))]),
  )
}

function listOf(rows: readonly Row[]): string {
  return table(
    ['', 'value', 'unit'],
    rows.map((row) => [row.name, cellOf(row), row.unit]),
  )
}

/** The value, in bold where it misses its goal. */
function cellOf({ value, goal, met }: Row): string {
  if (goal === null) return String(value)
  return `${met ? value : `**${value}**`} (${goalText(goal)})`
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n')
}
