const NAME = 48
const CELL = 14

/** One line of a table: what it is about, then its values. */
export function row(what: string, ...cells: (string | number)[]): void {
  clearProgress()
  console.log(`${what.padEnd(NAME)}${cells.map((cell) => String(cell).padStart(CELL)).join('')}`)
}

/** How many times as much; `–` where there is nothing to compare with. */
export function ratio(value: number, base: number): string {
  return base > 0 ? (value / base).toFixed(2) : '–'
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
