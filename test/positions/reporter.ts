import type { Reporter, TestCase, TestModule } from 'vitest/node'
import type { Tally } from './tally.ts'

/** Prints what a run at one position came to, as one line of JSON (`Tally`). */
export default class PositionReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tally: Tally = {
      passed: 0,
      elsewhere: 0,
      failed: errors.map((error) => `outside of tests: ${String(error)}`),
    }
    for (const module of modules) {
      const broken = [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0)
      tally.failed.push(...broken.map((suite) => `${module.relativeModuleId}: ${suite.errors()[0]?.message}`))
      for (const test of module.children.allTests()) count(tally, test)
    }
    process.stdout.write(`${JSON.stringify(tally)}\n`)
  }
}

/** A test that is left out without saying at which positions is a failure: nothing is skipped in silence. */
function count(tally: Tally, test: TestCase): void {
  const { state } = test.result()
  const name = `${test.module.relativeModuleId} > ${test.fullName}`
  if (state === 'passed') tally.passed += 1
  else if (state === 'skipped' && test.meta().elsewhere !== undefined) tally.elsewhere += 1
  else tally.failed.push(state === 'failed' ? name : `${name} (${state})`)
}
