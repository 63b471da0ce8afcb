import pg from 'pg'
import { receive, someDeals } from '../test/chaos/acts.ts'
import { startPostgres } from '../test/lib/store/test-database.ts'
import { type Rig, startRig } from '../test/rig.ts'
import { progress } from './print.ts'
import type { Report } from './results.ts'
import { whileOpen } from './while-open.ts'

/** So many e-mails are received, so that pages that are half empty do not count. */
const MAILS = 500

/** Tables that grow with what happens, and how many days their rows stay by default (`docs/operate.md`); occurrences stay as hashes for ever. */
const DAYS: Record<string, number> = { work: 3, rest_log: 3, decision: 90, intent: 90, occurrence: 90 }

/** What an e-mail that moves a deal leaves in PostgreSQL, indexes included. */
export async function disk(report: Report): Promise<void> {
  await whileOpen(
    startPostgres({ settings: {} }),
    (postgres) => postgres.stop(),
    async ({ url }) => {
      const starting = startRig({
        env: { DATABASE_URL: url },
        portal: { limits: { enabled: false }, eventDelayMs: [0, 0] },
      })
      await whileOpen(
        starting,
        (rig) => rig.stop(),
        (rig) => measure(rig, url, report),
      )
    },
  )
}

async function measure(rig: Rig, url: string, report: Report): Promise<void> {
  await rig.addTrigger({ kind: 'email-incoming' })
  const before = await sizes(url)
  const deals = someDeals(rig.portal, MAILS)
  for (const [nth, deal] of deals.entries()) {
    receive(rig.portal, deal)
    if (nth % 50 === 49) {
      progress(`${nth + 1} e-mails`)
      await rig.settled()
    }
  }
  const after = await sizes(url)
  for (const [table, days] of Object.entries(DAYS)) {
    const grown = (key: 'bytes' | 'rows') => (after.get(table)?.[key] ?? 0) - (before.get(table)?.[key] ?? 0)
    report(table, grown('bytes') / MAILS, 'bytes an e-mail')
    report(table, grown('rows') / MAILS, 'rows an e-mail')
    report(table, days, 'days kept by default')
  }
}

async function sizes(url: string): Promise<Map<string, { bytes: number; rows: number }>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('vacuum full analyze')
  const { rows } = await client.query(
    `select relname as table, pg_total_relation_size(oid)::int as bytes, reltuples::int as rows
     from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  )
  await client.end()
  return new Map(rows.map(({ table, ...size }) => [table, size]))
}
