import { execFile } from 'node:child_process'
import type { Environment } from '../../lib/config.ts'

type Command = 'backup' | 'erase' | 'probe' | 'replay' | 'rotate-keys' | 'stop-link'

/** How a command ended, and what it said; `code` is null of a process that a signal ended. */
export type Ended = { code: number | null; stdout: string; stderr: string }

/** Runs an operator's command in a process of its own, with that environment and nothing else. */
export function runCommand(command: Command, words: readonly string[], env: Environment): Promise<Ended> {
  const program = ['--disable-warning=ExperimentalWarning', `handlers/${command}.ts`, ...words]
  return new Promise((resolve) => {
    const given = { env: { PATH: process.env.PATH, ...env } }
    const child = execFile(process.execPath, program, given, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}

let runs = 0

/**
 * Runs an operator's command in this process, whose arguments, environment and output are the command's meanwhile: starting a process takes a
 * second of the processor. For what a command says of its words; one test of each command starts it as a process (`runCommand`).
 */
export async function runCommandHere(command: Command, words: readonly string[], env: Environment): Promise<Ended> {
  const { argv, env: ownEnv, exitCode, stdout, stderr } = process
  const [saidOut, saidErr] = [said(stdout), said(stderr)]
  process.argv = [process.execPath, command, ...words]
  process.env = { ...env }
  process.exitCode = 0
  try {
    runs += 1
    // Each run evaluates the file anew.
    await import(new URL(`../../handlers/${command}.ts?run=${runs}`, import.meta.url).href)
    return { code: Number(process.exitCode), stdout: saidOut.text(), stderr: saidErr.text() }
  } finally {
    saidOut.end()
    saidErr.end()
    Object.assign(process, { argv, env: ownEnv, exitCode })
  }
}

/** Takes what is written to a stream, until `end`. */
function said(stream: NodeJS.WriteStream) {
  const { write } = stream
  let text = ''
  stream.write = (chunk: string | Uint8Array) => {
    text += chunk
    return true
  }
  return {
    text: () => text,
    end: () => void Object.assign(stream, { write }),
  }
}
