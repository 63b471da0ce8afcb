/** A row of a picker. Where the portal tells no name, the title is the id. */
export type Entry<Id extends number | string = string> = Readonly<{ id: Id; title: string }>

/** Entries in the order of their titles. */
export function byTitle<Id extends number | string, E extends Entry<Id>>(entries: readonly E[]): E[] {
  const order = new Intl.Collator(undefined, { numeric: true })
  return [...entries].sort(
    (one, other) => order.compare(one.title, other.title) || order.compare(`${one.id}`, `${other.id}`),
  )
}
