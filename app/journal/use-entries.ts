import { query } from '../api.ts'
import { usePages } from '../common/use-pages.ts'
import type { Entry } from '../model.ts'

export type JournalFilter = Record<string, string | number | null | undefined>

/** Entries of the journal, newest first. */
export function useEntries(filter: () => JournalFilter) {
  return usePages<Entry>((cursor) => `/api/journal${query({ ...filter(), cursor })}`)
}
