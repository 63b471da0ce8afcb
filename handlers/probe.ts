import { PortalError } from '../lib/bitrix24/errors/errors.ts'
import { type Config, loadConfig, readEnvironment } from '../lib/config.ts'
import { createServices } from '../lib/container.ts'
import type { Portal } from '../lib/domain/portal.ts'
import { findOut } from '../lib/jobs/lifecycle/probe.ts'
import { createLog } from '../lib/log.ts'
import { type Db, FolderInUse, openToRead, transact } from '../lib/store/database.ts'
import { findPortalsByName } from '../lib/store/portals.ts'
import { findProbe, updateProbe } from '../lib/store/probes.ts'
import { probeStatus } from './api/admin/probe-status.ts'
import { runCommand } from './run-command.ts'

const usage = 'Say which portal: npm run probe -- acme.bitrix24.com (its domain or member_id).'

/** `npm run probe -- <domain|memberId>`: finds out what a portal does, and prints it (`docs/live-portal.md`). */
async function main(name: string | undefined): Promise<void> {
  if (name === undefined) throw new Error(usage)
  const config = loadConfig(readEnvironment())
  try {
    await printAskedNow(config, name)
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    await printKnown(config, name)
  }
}

/** Asks the portal, keeps what it shows, and prints that. */
async function printAskedNow(config: Config, name: string): Promise<void> {
  const services = await createServices(config, createLog({ logLevel: 'silent' }))
  try {
    const { db, clock } = services
    const portal = await onePortal(db, name)
    const findings = await findOut(services, portal)
    await transact(db, (tx) => updateProbe(tx, portal.memberId, findings, clock()))
    await print(db, portal)
  } finally {
    await services.close()
  }
}

/** Beside a process that runs on SQLite: what that has found out last. */
async function printKnown({ dataDir }: Config, name: string): Promise<void> {
  const db = openToRead(dataDir)
  try {
    say('Stagecue is running, so this is what it found out last. It asks again weekly; to ask now, stop it first.')
    await print(db, await onePortal(db, name))
  } finally {
    await db.destroy()
  }
}

async function onePortal(db: Db, name: string): Promise<Portal> {
  const [portal, ...others] = await findPortalsByName(db, name)
  if (portal === undefined) throw new Error(`No portal is known as ${name}. ${usage}`)
  const ids = [portal, ...others].map(({ memberId }) => memberId)
  if (others.length > 0) throw new Error(`Several portals are known as ${name}. Choose one: ${ids.join(', ')}`)
  return portal
}

async function print(db: Db, { domain, memberId }: Portal): Promise<void> {
  const known = probeStatus(await findProbe(db, memberId), 'en')
  say(`${domain} (${memberId})`)
  if (known.length === 0) say('Nothing was found out yet.')
  for (const { id, answer, detail, at, title, text } of known) {
    say(`  ${title}: ${text}`)
    say(`    ${[id, answer, detail ?? '', at].filter((part) => part !== '').join(' · ')}`)
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** What went wrong, with what to do. */
function explain(error: Error): string {
  if (error instanceof PortalError) return `The portal could not be asked: ${error.message}. ${error.advice}`
  return `Nothing was found out: ${error.message}`
}

await runCommand(() => main(process.argv[2]), explain)
