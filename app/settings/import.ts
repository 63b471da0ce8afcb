/** What `POST /api/import` with `preview` says of each trigger of the file: it can be made here, one like it is here already. */
export type PreviewedTrigger = {
  name: string
  kind: string
  entityTypeId: number
  categoryId: number | null
  stageId: string
  fits: boolean
  exists: boolean
}

/** Which triggers of the file are chosen at first, by their places in it: those that fit and are not here yet. */
export function firstChoice(triggers: readonly PreviewedTrigger[]): Set<number> {
  return new Set(triggers.flatMap(({ fits, exists }, index) => (fits && !exists ? [index] : [])))
}
