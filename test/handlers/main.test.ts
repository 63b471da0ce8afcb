import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../free-port.ts'
import { send } from './send.ts'

const main = fileURLToPath(new URL('../../handlers/main.ts', import.meta.url))
let folder: string
let processes: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagecue-main-'))
})
afterEach(() => {
  for (const child of processes) child.kill('SIGKILL')
  processes = []
  rmSync(folder, { recursive: true, force: true })
})

/** Starts the program in an empty folder, with nothing of our own environment. */
function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  processes.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  return { child, ended, output: () => output }
}

const env = async () => ({
  PUBLIC_URL: 'https://stagecue.example',
  B24_CLIENT_ID: 'app.demo',
  B24_CLIENT_SECRET: 'canary-secret',
  PORT: String(await freePort()),
})

describe('the program', () => {
  it('says all that is wrong with its environment, and ends', async () => {
    const { ended, output } = start({ PORT: 'x', WORKER: 'false' })
    expect(await ended).toBe(1)
    for (const name of ['PUBLIC_URL', 'B24_CLIENT_ID', 'B24_CLIENT_SECRET', 'PORT', 'WORKER']) {
      expect(output()).toContain(`- ${name} `)
    }
    expect(output()).not.toContain('    at ')
  })

  it('serves until it is told to stop, and ends cleanly', async () => {
    const given = await env()
    const { child, ended, output } = start(given)
    await expect.poll(output, { timeout: 10_000 }).toContain('Stagecue is ready')
    expect((await send(`http://127.0.0.1:${given.PORT}/health`)).body).toEqual({ status: 'ok' })
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(output()).toContain('Stopped')
    expect(output()).not.toContain('canary-secret')
  })

  it('does not start twice on one folder, nor on a port that is taken', async () => {
    const given = await env()
    const first = start(given)
    await expect.poll(first.output, { timeout: 10_000 }).toContain('Stagecue is ready')
    const second = start({ ...given, PORT: String(await freePort()) })
    expect(await second.ended).toBe(1)
    expect(second.output()).toMatch(/in use by another Stagecue process/)
    const third = start({ ...given, DATA_DIR: join(folder, 'other') })
    expect(await third.ended).toBe(1)
    expect(third.output()).toMatch(/cannot start: .*EADDRINUSE/)
  })
})
