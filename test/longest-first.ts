import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that take longest: the last to begin would be alone at the end. First those that mostly wait, then those that keep the processor busy, of
 * each sort the longest in front.
 */
const longest = [
  'test/lib/engine/refused-readings.test.ts',
  'test/lib/engine/answers.test.ts',
  'test/lib/jobs/sweep.test.ts',
  'test/lib/engine/settle.test.ts',
  'test/lib/triggers/chat-message.test.ts',
  'test/install/life-cycle.test.ts',
  'test/lib/jobs/delegate.test.ts',
  'test/lib/engine/in-whose-name.test.ts',
  'test/lib/triggers/email-viewed.test.ts',
  'test/browser/pages-board.test.ts',
  'test/browser/pages-form.test.ts',
  'test/browser/pages-app.test.ts',
  'test/docs/walks.test.ts',
  'test/browser/pickers.test.ts',
  'test/browser/form.test.ts',
  'test/chaos/lost-refresh.test.ts',
  'test/chaos/several-processes.test.ts',
]

/** How long files take beside each other: those of the list, those that keep the processor busy, all others. */
const LONG = 10
const BUSY = 3

/**
 * Begins with the longest files, which are known here: on a clean checkout vitest knows no times, and goes by the sizes of files. Files that
 * drive a browser or start programs keep more than one core busy, and their patience is short: they are spread over the whole run.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other))
    const busy = sorted.filter(keepsBusy)
    const others = sorted.filter((file) => !keepsBusy(file))
    const placed = [...placesOf(others), ...placesOf(busy)]
    return placed.toSorted((one, other) => one.at - other.at).map(({ file }) => file)
  }
}

const keepsBusy = ({ moduleId }: TestSpecification) =>
  /\/test\/(browser|chaos)\/|\/test\/docs\/(walks|recipes)/.test(moduleId)

/** Where in a run, between 0 and 1, each file's turn comes when all are done one after the other. */
function placesOf(files: TestSpecification[]): { file: TestSpecification; at: number }[] {
  const whole = files.reduce((sum, file) => sum + weightOf(file), 0)
  let before = 0
  return files.map((file) => {
    const at = before / whole
    before += weightOf(file)
    return { file, at }
  })
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = longest.findIndex((file) => moduleId.endsWith(`/${file}`))
  return place < 0 ? longest.length : place
}

function weightOf(file: TestSpecification): number {
  if (placeOf(file) < longest.length) return LONG
  return keepsBusy(file) ? BUSY : 1
}
