import { searchText } from '../common/search-text.ts'
import type { Group, Kind } from '../model.ts'

/**
 * Kinds for that type of item; those that the portal can serve come first, each part in the order of the catalogue. `wordsOf`: other
 * words that people look for the kind by. Every word of the search must be found.
 */
export function catalogueOf(
  kinds: readonly Kind[],
  { entityTypeId, search, group }: { entityTypeId: number; search: string; group: Group | null },
  wordsOf: (kind: string) => string,
): Kind[] {
  const wanted = searchText(search.trim()).split(/\s+/)
  const found = kinds.filter((kind) => {
    if (!kind.entityTypes.includes(entityTypeId) || (group !== null && kind.group !== group)) return false
    const text = searchText(`${kind.title}\n${kind.description}\n${kind.use}\n${wordsOf(kind.kind)}`)
    return wanted.every((word) => text.includes(word))
  })
  const isAvailable = ({ available }: Kind) => available === true
  return [...found.filter(isAvailable), ...found.filter((kind) => !isAvailable(kind))]
}
