import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, mostly by waiting: the last to begin would be alone at the end. The longest one stands first. */
const longest = [
  'test/lib/engine/refused-readings.test.ts',
  'test/lib/engine/answers.test.ts',
  'test/lib/jobs/sweep.test.ts',
  'test/lib/engine/settle.test.ts',
  'test/lib/triggers/chat-message.test.ts',
  'test/chaos/several-processes.test.ts',
  'test/chaos/storm.test.ts',
  'test/chaos/replacement.test.ts',
  'test/docs/walks.test.ts',
  'test/chaos/production-setup.test.ts',
  'test/install/life-cycle.test.ts',
  'test/lib/jobs/delegate.test.ts',
  'test/lib/engine/in-whose-name.test.ts',
  'test/lib/triggers/email-viewed.test.ts',
]

/** Begins with the longest files, which are known here: on a clean checkout vitest knows no times, and goes by the sizes of files. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((file) => moduleId.endsWith(`/${file}`))
      return place < 0 ? longest.length : place
    }
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other))
  }
}
