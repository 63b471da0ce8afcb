import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Tally } from './tally.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs the tests at one position in a process of its own; `files` are parts of their paths, all of them by default. */
export function runAt(position: string, files: readonly string[]): Promise<Tally> {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/positions/vitest.config.ts', ...files]
  const env = { ...process.env, PORTAL_SWITCHES: position }
  const child = spawn(process.execPath, vitest, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(tallyIn(output, signal ?? `code ${code}`)))
  })
}

/** The reporter's line, the last one; a run that ended (with this signal or code) without one is a failure of its own. */
function tallyIn(output: string, end: string): Tally {
  const line = output.trimEnd().split('\n').at(-1) ?? ''
  if (line.startsWith('{')) return JSON.parse(line) as Tally
  return { passed: 0, elsewhere: 0, failed: [`the run broke off (${end}): ${line}`] }
}
