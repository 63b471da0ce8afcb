import { defineConfig } from 'vitest/config'
import suite from '../vitest.config.ts'

/** The tests that say what happens when customers act: those of the kinds, of the engine, and of the work that finds what was lost. */
export default defineConfig({
  test: {
    ...suite.test,
    root: new URL('../..', import.meta.url).pathname,
    include: [
      'test/lib/triggers/*.test.ts',
      'test/lib/engine/*.test.ts',
      'test/lib/jobs/{sweep,poll-chats,mail-rounds,field-bases,click-groups}.test.ts',
    ],
    reporters: ['./test/positions/reporter.ts'],
    retry: 0,
  },
})
