import { PAGE_ROWS } from './page-sizes.ts'
/**
 * Reads a list to its end, page after page. It stops by itself whatever the portal answers: at a page that is not full or brings no row
 * that was not there before (past their end legacy lists begin anew, and a portal may repeat itself), and after `most` pages.
 */
export async function readToEnd<Row>(
  readPage: (start: number) => Promise<readonly Row[]>,
  { keyOf, most, size = PAGE_ROWS }: { keyOf: (row: Row) => unknown; most: number; size?: number },
): Promise<Row[]> {
  const seen = new Map<unknown, Row>()
  for (let page = 0; page < most; page++) {
    const rows = await readPage(page * size)
    const before = seen.size
    for (const row of rows) if (!seen.has(keyOf(row))) seen.set(keyOf(row), row)
    if (rows.length < size || seen.size === before) break
  }
  return [...seen.values()]
}

/** Where the pages behind the first begin, of a list whose `total` the portal told: at most so many, whatever it told. */
export function furtherStarts(total: number | undefined, most: number): number[] {
  const pages = Math.min(most, Math.ceil((total ?? 0) / PAGE_ROWS))
  return Array.from({ length: Math.max(0, pages - 1) }, (_, index) => (index + 1) * PAGE_ROWS)
}
