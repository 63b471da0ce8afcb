import { reactive } from 'vue'
import { type BoardFilter, noFilter } from './board.ts'

/** How somebody left a pipeline's board: what it was filtered by, and how far it was scrolled, pixels. */
export type BoardView = { filter: BoardFilter; left: number }

const views = new Map<string, BoardView>()

/** The view of that pipeline's board, which outlives the page: whoever comes back finds it as it was. */
export function boardView({
  entityTypeId,
  categoryId,
}: {
  entityTypeId: number
  categoryId: number | null
}): BoardView {
  const key = `${entityTypeId} ${categoryId}`
  const view = views.get(key) ?? reactive({ filter: { ...noFilter }, left: 0 })
  views.set(key, view)
  return view
}
