import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { serverNodeOptions } from '../../.ci/built.mjs'
import { buildServer } from '../build-app.ts'
import { freePort } from '../free-port.ts'
import { until } from './until.ts'

/** Stagecue as the operator runs it, built, in a process of its own that can be killed and started again. */
export type AppProcess = {
  readonly port: number
  /** What it has written so far, log lines and error output, over all its lives. */
  readonly output: string[]
  isRunning(): boolean
  /** Starts it and waits until it is healthy. */
  start(): Promise<void>
  /** As a power cut does. */
  kill(): Promise<void>
  /** As an operator does; gives the exit code. */
  stop(): Promise<number | null>
  /** Holds it, as a machine that is frozen for a while, and lets it go on. */
  freeze(): void
  thaw(): void
}

/** A process needs more than a second of the processor until it is healthy: whoever asks it more often only slows it. */
const LOOK_EVERY_MS = 200

const folder = fileURLToPath(new URL('../..', import.meta.url))

/** `environment` is all that it gets; HOST and PORT are its own. Nothing runs yet. */
export async function appProcess(environment: Record<string, string>): Promise<AppProcess> {
  const program = await buildServer()
  const port = await freePort()
  const output: string[] = []
  let child: ChildProcess | null = null
  let end: Promise<number | null> = Promise.resolve(null)
  const signal = (name: NodeJS.Signals) => {
    child?.kill(name)
    return end
  }
  return {
    port,
    output,
    isRunning: () => child !== null && child.exitCode === null && child.signalCode === null,
    async start() {
      const started = spawn(process.execPath, [program], {
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          ...environment,
          NODE_OPTIONS: `${serverNodeOptions} ${environment.NODE_OPTIONS ?? ''}`,
          PORT: String(port),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      for (const stream of [started.stdout, started.stderr]) stream.on('data', (text) => output.push(String(text)))
      end = new Promise((resolve) => started.once('close', (code) => resolve(code)))
      const isHealthy = async () => {
        if (started.exitCode !== null) throw new Error(`It ended at once:\n${output.join('')}`)
        return (await fetch(`http://127.0.0.1:${port}/health`).catch(() => null))?.status === 200
      }
      await until('the process is healthy', isHealthy, 60, LOOK_EVERY_MS).catch((error: Error) => {
        throw new Error(`${error.message}\n${output.join('').slice(-3000)}`)
      })
    },
    kill: async () => void (await signal('SIGKILL')),
    stop: () => signal('SIGTERM'),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
  }
}
