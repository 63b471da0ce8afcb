import { z } from 'zod'
import type { Entry } from '../../../lib/api/journal-entry.ts'
import { pageInQuery } from '../../http/read-input.ts'
import { filterSchema } from './journal-query.ts'

/** What `GET /api/journal` may be asked for. */
export const pageQuerySchema = z.object({
  ...filterSchema,
  /** Also what triggers' own fields ruled out. */
  include: z.literal('filter').optional(),
  ...pageInQuery,
})

export type JournalQuery = z.output<typeof pageQuerySchema>

export type EntryPage = { entries: Entry[]; next: string | null }
