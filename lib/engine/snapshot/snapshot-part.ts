import type { PortalSnapshot } from './snapshot.ts'

/** What one source keeps of a turn, and nobody else reads: empty until its questions are answered. */
export function snapshotPart<Part>(empty: () => Part): (snapshot: PortalSnapshot) => Part {
  const parts = new WeakMap<PortalSnapshot, { value: Part }>()
  return (snapshot) => {
    const part = parts.get(snapshot) ?? { value: empty() }
    parts.set(snapshot, part)
    return part.value
  }
}
