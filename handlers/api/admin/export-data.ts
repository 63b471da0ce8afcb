import type { Services } from '../../../lib/services.ts'
import { listAccess } from '../../../lib/store/access.ts'
import { listAudit } from '../../../lib/store/audit.ts'
import { type ExportedTable, exportedTables, rowsOf } from '../../../lib/store/portal-rows.ts'
import { listTriggers } from '../../../lib/store/triggers.ts'
import { inputOf } from '../../../lib/trigger-settings/settings.ts'
import { fewAtATime } from '../../http/few-at-a-time.ts'
import type { SessionHandler } from '../../http/session.ts'
import { writePart } from '../../http/write-part.ts'
import { entriesOf } from '../journal/entry-json.ts'
import { journalPage } from '../journal/journal-page.ts'

/** Rows that are read and written at a time. */
const PAGE = 200

/** The form of the file; a later one names its differences here. */
const VERSION = 1

/**
 * `GET /api/export/data`: what Stagecue keeps of the portal, as one JSON document, written as it is read: settings, people (no tokens), triggers,
 * journal, audit, and under `rows` all other tables as they are stored. Titles and names of customers are not in it, as they are not kept.
 */
export function exportData(services: Services): SessionHandler {
  const { db, clock } = services
  const oneAtATime = fewAtATime(1)
  return async ({ portal }, _request, response) => {
    const { memberId, domain, lang, scope, installedAt, settings } = portal
    const now = clock()
    await oneAtATime(memberId, async () => {
      const people = (await listAccess(db, memberId)).map(({ userId, name, admin, live, usedAt }) => {
        return { userId, name, administrator: admin, live, usedAt: usedAt.toISOString() }
      })
      const triggers = (await listTriggers(db, memberId)).map(inputOf)
      const head = {
        version: VERSION,
        exportedAt: now.toISOString(),
        domain,
        language: lang,
        scope,
        installedAt,
        settings,
      }
      response.type('application/json').attachment(`stagecue-data-${now.toISOString().slice(0, 10)}.json`)
      await writePart(response, `${JSON.stringify({ ...head, people, triggers }).slice(0, -1)},"journal":[`)
      await writeRows(response, journalOf(services, memberId))
      await writePart(response, '],"audit":[')
      await writeRows(response, auditOf(services, memberId))
      await writePart(response, '],"rows":{')
      for (const [index, table] of Object.keys(exportedTables).entries()) {
        await writePart(response, `${index === 0 ? '' : ','}${JSON.stringify(table)}:[`)
        await writeRows(response, rowsOf(db, memberId, table as ExportedTable))
        await writePart(response, ']')
      }
      response.end('}}')
    })
  }
}

async function writeRows(response: Parameters<typeof writePart>[0], pages: AsyncGenerator<unknown[]>): Promise<void> {
  let isFirst = true
  for await (const rows of pages) {
    if (response.destroyed) return
    for (const row of rows) {
      await writePart(response, `${isFirst ? '' : ','}${JSON.stringify(row)}`)
      isFirst = false
    }
  }
}

async function* journalOf({ db }: Services, portal: string): AsyncGenerator<unknown[]> {
  let before: number | undefined
  for (;;) {
    const { rows, next } = await journalPage(db, portal, { before }, PAGE)
    yield await entriesOf(db, portal, rows)
    if (next === null) return
    before = next
  }
}

async function* auditOf({ db }: Services, portal: string): AsyncGenerator<unknown[]> {
  let before: number | undefined
  for (;;) {
    const rows = await listAudit(db, portal, before, PAGE)
    yield rows.map(({ at, user_id, action, detail }) => ({ at, userId: user_id, action, detail: JSON.parse(detail) }))
    if (rows.length < PAGE) return
    before = rows.at(-1)?.id
  }
}
