/** How long a test waits for what must come, milliseconds. */
export const WAIT_MS = 60_000

/**
 * Limits of vitest, for what hangs and nothing else: eight files at a time make each of them wait for the others, on a machine that may be busy with
 * more than them.
 */
export const limits = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: WAIT_MS } },
}
