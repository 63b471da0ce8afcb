/** The parts of a list, each so long at most: a statement takes a limited number of values. */
export function* partsOf<T>(all: readonly T[], most: number): Generator<T[]> {
  for (let start = 0; start < all.length; start += most) yield all.slice(start, start + most)
}
