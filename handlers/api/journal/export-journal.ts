import { z } from 'zod'
import type { ItemType } from '../../../lib/bitrix24/directory/item-types.ts'
import { PortalError } from '../../../lib/bitrix24/errors/errors.ts'
import type { Services } from '../../../lib/services.ts'
import type { DecisionRow } from '../../../lib/store/decisions.ts'
import { ApiError } from '../../http/api-error.ts'
import { fewAtATime } from '../../http/few-at-a-time.ts'
import { readQuery } from '../../http/read-input.ts'
import type { Session, SessionHandler } from '../../http/session.ts'
import { writePart } from '../../http/write-part.ts'
import { readTypes } from '../directory/read-types.ts'
import { csvColumns, csvRow } from './csv-row.ts'
import { journalPage } from './journal-page.ts'
import { decisionFilter, filterSchema, type JournalFilter, mayReadJournal } from './journal-query.ts'

/** Decisions that are written at a time. */
const PAGE = 200

/** Says to spreadsheets that the letters are UTF-8. */
const BYTE_ORDER_MARK = '\ufeff'

/** `GET /api/journal/csv`: what the same filter of `GET /api/journal` finds, as a table, written as it is read. */
export function exportJournal(services: Services): SessionHandler {
  const oneAtATime = fewAtATime(1)
  return async (session, request, response) => {
    const filter = readQuery(z.object(filterSchema), request)
    await mayReadJournal(services, session, filter)
    const day = services.clock().toISOString().slice(0, 10)
    await oneAtATime(session.portal.memberId, async () => {
      const types = await typesIfKnown(services, session.portal.memberId)
      response.type('text/csv').attachment(`stagecue-journal-${day}.csv`)
      await writePart(response, `${BYTE_ORDER_MARK}${lineOf(csvColumns(session.language))}`)
      for await (const rows of pagesOf(services, session, filter)) {
        const users = rows.flatMap(({ move_user_id, on_behalf_of, undone_by }) => [
          move_user_id,
          on_behalf_of,
          undone_by,
        ])
        const wanted = users.flatMap((userId) => userId ?? [])
        const names = await services.names(session.portal.memberId, wanted, 'page')
        const items = rows.flatMap(({ entity_type_id: entityTypeId, item_id: id }) =>
          id === 0 ? [] : [{ entityTypeId, id }],
        )
        const titles = await services.itemTitles.of(session.portal.memberId, session.user.userId, items)
        const cells = rows.map((row) => csvRow(row, { types, names, titles, language: session.language }))
        await writePart(response, cells.map(lineOf).join(''))
        if (response.destroyed) return
      }
      response.end()
    })
  }
}

async function* pagesOf(services: Services, session: Session, filter: JournalFilter): AsyncGenerator<DecisionRow[]> {
  const wanted = await decisionFilter(services, session, filter)
  let before: number | undefined
  for (;;) {
    const { rows, next } = await journalPage(services.db, session.portal.memberId, { ...wanted, before }, PAGE)
    yield rows
    if (next === null) return
    before = next
  }
}

/** A table has rows also while the portal does not answer: null. */
async function typesIfKnown(services: Services, portal: string): Promise<readonly ItemType[] | null> {
  try {
    return await readTypes(services, portal)
  } catch (error) {
    if (error instanceof PortalError || error instanceof ApiError) return null
    throw error
  }
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** What a spreadsheet would take for a formula stays text (an apostrophe before it); quotes as RFC 4180 has them. */
function csvCell(text: string): string {
  const harmless = /^\s*[=+\-@]|^[\t\r\n]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
