import { withoutLineSigns } from '../../lib/domain/line-signs.ts'

/** A text as a search compares it: capital letters do not matter, nor what keeps lines from ending. */
export function searchText(text: string): string {
  return withoutLineSigns(text).toLowerCase()
}
