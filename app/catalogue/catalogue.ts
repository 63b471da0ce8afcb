import type { Group, Kind } from '../model.ts'

/** Kinds for that type of item; those that the portal can serve come first, each part in the order of the catalogue. */
export function catalogueOf(
  kinds: readonly Kind[],
  { entityTypeId, search, group }: { entityTypeId: number; search: string; group: Group | null },
): Kind[] {
  const wanted = search.trim().toLowerCase()
  const found = kinds.filter((kind) => {
    if (!kind.entityTypes.includes(entityTypeId) || (group !== null && kind.group !== group)) return false
    return `${kind.title}\n${kind.description}\n${kind.use}`.toLowerCase().includes(wanted)
  })
  const isAvailable = ({ available }: Kind) => available === true
  return [...found.filter(isAvailable), ...found.filter((kind) => !isAvailable(kind))]
}
