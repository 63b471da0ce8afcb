import { defineConfig } from 'vitest/config'
import { limits } from '../waits.ts'

/** The chaos suite as a whole, one file after the other: `npm run test:chaos`. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/chaos/**/*.test.ts', 'test/chaos/long/*.chaos.ts'],
    globalSetup: './test/shared-postgres.ts',
    reporters: ['default', './test/tally-reporter.ts'],
    fileParallelism: false,
    ...limits,
  },
})
