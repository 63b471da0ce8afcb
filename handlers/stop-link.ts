import { type Config, loadConfig, readEnvironment } from '../lib/config.ts'
import type { Stop } from '../lib/domain/stop.ts'
import { stopOfLink, stopOfTarget, wholePortal } from '../lib/links/stop.ts'
import { readToken, tokenIn } from '../lib/links.ts'
import { type Db, openBeside } from '../lib/store/database.ts'
import { findPortalsByName } from '../lib/store/portals.ts'
import { addStop, EVERY_PORTAL, listAllStops, removeStop } from '../lib/store/stopped-links.ts'
import { runCommand } from './run-command.ts'

const usage = `Say what to stop:
  npm run stop-link -- https://…/l/…                  one tracked link
  npm run stop-link -- https://shop.example/offer     all links to this address
  npm run stop-link -- shop.example                   all links to this host
  npm run stop-link -- --portal acme.bitrix24.com     all links of a portal (its domain or member_id)
  npm run stop-link -- --list                         what is stopped
  npm run stop-link -- --go-on <number of the list>   lets it go on`

/** `npm run stop-link`: stops tracked links, beside the processes that serve them (`docs/tracked-links.md`). */
async function main([first, second]: readonly string[]): Promise<void> {
  const config = loadConfig(readEnvironment())
  const { databaseUrl, dataDir } = config
  const db = openBeside(databaseUrl === null ? { dataDir } : { databaseUrl })
  try {
    if (first === '--list') return await printStops(db)
    if (first === '--go-on') await goOn(db, second)
    else if (first === '--portal') await addStop(db, await memberIdOf(db, second), wholePortal, operator, new Date())
    else await stopWhat(db, config, first)
    say('Done. Processes that serve links know it within ten seconds.')
  } finally {
    await db.destroy()
  }
}

const operator = { stoppedBy: 'operator' } as const

/** A link of ours is stopped where it is, an address or a host for every portal. */
async function stopWhat(db: Db, { linkKeys }: Config, text = ''): Promise<void> {
  const token = tokenIn(text)
  const link = token === null ? null : readToken(linkKeys, token)
  const stop: Stop | null = link ? stopOfLink(link) : stopOfTarget(text)
  if (!stop) throw new Error(usage)
  await addStop(db, link?.portal ?? EVERY_PORTAL, stop, operator, new Date())
}

async function goOn(db: Db, id = ''): Promise<void> {
  const known = (await listAllStops(db)).some((row) => String(row.id) === id)
  if (!known) throw new Error(`There is no number ${id} in the list. ${usage}`)
  await removeStop(db, Number(id))
}

/** Links lead on when their portal is erased, so also a portal that nobody knows any more can be stopped. */
async function memberIdOf(db: Db, name = ''): Promise<string> {
  const portals = await findPortalsByName(db, name)
  const [portal] = portals
  if (portal && portals.length === 1) return portal.memberId
  if (!portal && /^[0-9a-f]{32}$/.test(name)) return name
  if (!portal) throw new Error(`No portal is known as ${name}. ${usage}`)
  const ids = portals.map(({ memberId }) => memberId)
  throw new Error(`Several portals are known as ${name}. Choose one: ${ids.join(', ')}`)
}

async function printStops(db: Db): Promise<void> {
  const rows = await listAllStops(db)
  if (rows.length === 0) return say('Nothing is stopped.')
  for (const { id, member_id, what, label, stopped_at, stopped_by } of rows) {
    const whose = member_id === EVERY_PORTAL ? 'every portal' : member_id
    say([id, what, label, whose, stopped_by, stopped_at].join('  '))
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

await runCommand(() => main(process.argv.slice(2)))
