import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { failAtEnd } from './fail-at-end.ts'

/**
 * Says why a test passed only at a further try, which is a fault to be found. Ends the run's output with one line, `N passed, M failed` (and `, K skipped`), which CI reads, and the run with 1 where something failed.
 */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 }
    for (const module of modules) {
      const suites = [module, ...module.children.allSuites()]
      count.failed += suites.filter((suite) => suite.errors().length > 0).length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed' || state === 'failed') count[state] += 1
        else count.skipped += 1
        if (state === 'passed') sayWhyTriedAgain(test)
      }
    }
    if (count.failed > 0) failAtEnd()
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed${skipped}\n`)
  }
}

/** Vitest itself tells the errors of a test that failed each time only. */
function sayWhyTriedAgain(test: TestCase): void {
  const errors = test.result().errors ?? []
  if (errors.length === 0) return
  process.stdout.write(`\nPassed at try ${errors.length + 1}: ${test.module.relativeModuleId} > ${test.fullName}\n`)
  for (const { message, stack, cause } of errors) {
    const where = stack?.split('\n').find((line) => line.includes(test.module.moduleId)) ?? ''
    const why = cause?.message ? `: ${cause.message}` : ''
    process.stdout.write(`  ${message}${why}\n  ${where}\n`)
  }
}
