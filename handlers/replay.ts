import { readFileSync } from 'node:fs'
import { type Config, loadConfig, readEnvironment } from '../lib/config.ts'
import { openBeside } from '../lib/store/database.ts'
import { findPortalsByName } from '../lib/store/portals.ts'
import { runCommand } from './run-command.ts'
import { bodyOf, type KnownPortal } from './saved-event.ts'

const usage = `Say which file, and where Stagecue runs if it is not here:
  npm run replay -- event.json
  npm run replay -- event.json https://stagecue.example
What such a file says: docs/operate.md, "Replaying an event".`

/** How long an answer is waited for, milliseconds. */
const MAX_WAIT_MS = 10_000

/** `npm run replay`: posts a saved event to a running Stagecue as the portal would, and says what was answered. */
async function main([file, address]: readonly string[]): Promise<void> {
  if (file === undefined || (address !== undefined && URL.parse(address) === null)) throw new Error(usage)
  const config = loadConfig(readEnvironment())
  const body = await bodyOf(readFileSync(file, 'utf8'), (name) => findPortal(config, name), new Date())
  const url = new URL('/events', address ?? here(config))
  const response = await post(url, body)
  const text = await response.text()
  process.stdout.write(`${url} answered ${response.status}: ${meanings[response.status] ?? text.slice(0, 500)}\n`)
  if (response.status !== 200) process.exitCode = 1
}

/** What `/events` means by each of its answers (`design.md` 7). */
const meanings: Readonly<Record<number, string>> = {
  200: 'the event is stored, and looked at next. What came of it stands in the journal.',
  400: 'it cannot be read as an event.',
  403: 'the portal is not known there, or its application_token is another one.',
  413: 'it is too large.',
  415: 'its encoding is not one that portals use.',
  429: 'too many events without the token of their portal; try again later.',
  503: 'the database does not answer, or too much comes without a token; try again later.',
}

function here({ host, port }: Config): string {
  const name = ['0.0.0.0', '::', ''].includes(host) ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

async function post(url: URL, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  try {
    return await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(MAX_WAIT_MS),
    })
  } catch {
    throw new Error(`Nobody answers at ${url.origin}. Start Stagecue, or say where it runs.\n${usage}`)
  }
}

async function findPortal({ databaseUrl, dataDir }: Config, name: string): Promise<KnownPortal> {
  const db = openBeside(databaseUrl === null ? { dataDir } : { databaseUrl })
  try {
    const [portal, ...others] = await findPortalsByName(db, name)
    if (!portal)
      throw new Error(`No portal is known as ${name}. Let the event name another, or give its application_token.`)
    if (others.length > 0) throw new Error(`Several portals are known as ${name}. Let the event name the member_id.`)
    return portal
  } finally {
    await db.destroy()
  }
}

await runCommand(
  () => main(process.argv.slice(2)),
  ({ message }) => `Nothing was replayed: ${message}`,
)
