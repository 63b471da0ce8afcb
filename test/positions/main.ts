import { runAt } from './run.ts'
import { sumOf, type Tally, tallyText } from './tally.ts'
import { chosen, everyPosition, sampleOfDay, titleOf } from './walk.ts'

/**
 * `npm run test:positions`: the tests of kinds and engine at every position of every switch of the portal emulator.
 *
 *     npm run test:positions -- openLine callActivityId=0     only these positions, by parts of `name=position`; `defaults` too
 *     npm run test:positions -- --files test/lib/triggers      only these tests
 *     npm run test:positions -- --sample                       the position of the day, with a part of the tests: for CI
 */
const args = process.argv.slice(2)
const mark = args.indexOf('--files')
const isSample = args.includes('--sample')
const words = args.slice(0, mark < 0 ? args.length : mark).filter((word) => !word.startsWith('--'))
const sample = sampleOfDay(new Date())
const files = mark < 0 ? (isSample ? sample.files : []) : args.slice(mark + 1)
const positions = isSample ? [sample.position] : chosen(everyPosition(), words)

if (isSample)
  console.log(`Sample of ${new Date().toISOString().slice(0, 10)}: ${sample.position}, ${sample.files.join(' ')}`)
const tallies: Tally[] = []
for (const position of positions) {
  const tally = await runAt(position, files)
  tallies.push(tally)
  console.log(`${titleOf(position)}: ${tallyText(tally)}`)
  for (const name of tally.failed) console.error(`  failed: ${name}`)
}
const sum = sumOf(tallies)
console.log(`\n${tallyText(sum)}`)
if (sum.failed.length > 0 || tallies.length === 0) process.exitCode = 1
