import { defineConfig } from 'vitest/config'
import suite from '../vitest.config.ts'

/** Tests at one position of a switch; which ones, `noticed-by.ts` says. The walk (`main.ts`) starts the PostgreSQL server that they share. */
export default defineConfig({
  test: {
    ...suite.test,
    root: new URL('../..', import.meta.url).pathname,
    globalSetup: [],
    reporters: ['./test/positions/reporter.ts'],
    retry: 0,
    // Where events are lost, each step of a test waits for two sweeps.
    testTimeout: 120_000,
  },
})
