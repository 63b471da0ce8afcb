import type { PageData } from './page-data.ts'

/** The page's own data, out of its HTML. */
export function readPageData(document: Document): PageData {
  return JSON.parse(document.getElementById('data')?.textContent ?? 'null') as PageData
}
