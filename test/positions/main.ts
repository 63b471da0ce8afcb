import { failAtEnd } from '../fail-at-end.ts'
import startSharedPostgres from '../shared-postgres.ts'
import { noticing, WHOLE } from './noticed-by.ts'
import { runAt } from './run.ts'
import { sumOf, type Tally, tallyText } from './tally.ts'
import { chosen, everyPosition, sampleOfDay, titleOf } from './walk.ts'

/**
 * `npm run test:positions`: at every position of every switch of the portal emulator the tests that can notice it (`noticed-by.ts`).
 *
 *     npm run test:positions -- openLine callActivityId=0     only these positions, by parts of `name=position`; `defaults` too
 *     npm run test:positions -- --files test/lib/triggers      only these tests
 *     npm run test:positions -- --whole                        all tests of kinds, engine and sweeps, noticed or not
 *     npm run test:positions -- --sample                       the position of the day, with one file: for CI
 */
const args = process.argv.slice(2)
const mark = args.indexOf('--files')
const isSample = args.includes('--sample')
const words = args.slice(0, mark < 0 ? args.length : mark).filter((word) => !word.startsWith('--'))
const sample = sampleOfDay(new Date())
const isWhole = args.includes('--whole')
const filesAt = (position: string) => {
  if (mark >= 0) return args.slice(mark + 1)
  if (isSample) return sample.files
  return isWhole ? WHOLE : noticing(position)
}
const positions = isSample ? [sample.position] : chosen(everyPosition(), words)

if (isSample)
  console.log(`Sample of ${new Date().toISOString().slice(0, 10)}: ${sample.position}, ${sample.files.join(' ')}`)
// Tests that need PostgreSQL share one server in the whole walk.
const stopPostgres = await startSharedPostgres()
const tallies: Tally[] = []
for (const position of positions) {
  const tally = await runAt(position, filesAt(position))
  tallies.push(tally)
  console.log(`${titleOf(position)}: ${tallyText(tally)}`)
  for (const name of tally.failed) console.error(`  failed: ${name}`)
}
await stopPostgres()
const sum = sumOf(tallies)
console.log(`\n${tallyText(sum)}`)
if (sum.failed.length > 0 || tallies.length === 0) failAtEnd()
