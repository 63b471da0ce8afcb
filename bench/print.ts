import { goalText, type Row } from './results.ts'

const NAME = 48
const CELL = 14

/** One figure, with its goal where it has one. */
export function printRow({ name, value, unit, goal, met }: Row): void {
  const judged = goal === null ? '' : `  ${goalText(goal)}${met ? '' : ', missed'}`
  clearProgress()
  console.log(`${name.padEnd(NAME)}${String(value).padStart(CELL)} ${unit}${judged}`)
}

/** Where nobody watches, a line of progress comes no more often than this, milliseconds. */
const EVERY_MS = 2000

let saidAt = 0
let isShown = false

/** Says what is going on: one line that is written over in a terminal, else a line now and then. */
export function progress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[K  … ${text}`)
    isShown = true
  } else if (performance.now() - saidAt > EVERY_MS) {
    process.stderr.write(`  … ${text}\n`)
    saidAt = performance.now()
  }
}

/** What is printed next begins on a line of its own. */
export function clearProgress(): void {
  if (isShown) process.stderr.write('\r\x1b[K')
  isShown = false
}
