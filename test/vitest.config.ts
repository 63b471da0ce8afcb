import { defineConfig } from 'vitest/config'
import { EvenLoad } from './even-load.ts'
import { limits } from './waits.ts'

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    globalSetup: './test/shared-postgres.ts',
    reporters: ['default', './test/tally-reporter.ts'],
    // Loading the product costs three seconds of processor time, more than most files of tests: a process loads it once, for many files.
    isolate: false,
    // Node itself imports our sources, as where Stagecue runs: rewritten by Vite they take a third more of the processor.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // Where all cores are busy, V8's helper threads gain nothing.
    execArgv: ['--single-threaded'],
    sequence: { sequencer: EvenLoad },
    // Most of a test's time is waiting for portals and clocks, so more of them run than there are cores.
    maxWorkers: 8,
    // Real processes, sockets and clocks: on a machine that is busy with other things one may be late. A retry shows in the report. An example that
    // was found at random is a fault, which another try would not find again.
    retry: { count: process.env.CI ? 2 : 0, condition: /^(?!Property failed)/ },
    ...limits,
  },
})
