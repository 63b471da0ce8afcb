import { ESTIMATE, typeSymbol } from '../lib/domain/entity-types.ts'
import { translations } from '../lib/texts/translate.ts'

/** A widget of ours in the portal's CRM. */
export type WantedPlacement = { placement: string; title: 'board' | 'journal' }

/**
 * A button beside the native automation and a tab in the card, for every type with stages. Estimates have no automation
 * designer: their button stands above the list.
 */
export function placementsWanted(entityTypeIds: readonly number[]): WantedPlacement[] {
  return entityTypeIds.flatMap((entityTypeId) => {
    const symbol = typeSymbol(entityTypeId)
    const toolbar = entityTypeId === ESTIMATE ? 'LIST_TOOLBAR' : 'ROBOT_DESIGNER_TOOLBAR'
    return [
      { placement: `CRM_${symbol}_${toolbar}`, title: 'board' as const },
      { placement: `CRM_${symbol}_DETAIL_TAB`, title: 'journal' as const },
    ]
  })
}

/** Titles in all our languages, as `LANG_ALL` of `placement.bind` wants them. */
export function placementTitles(title: WantedPlacement['title']): { TITLE: string; LANG_ALL: object } {
  const titles = translations(`placements.${title}`)
  const named = Object.entries(titles).map(([language, TITLE]) => [language, { TITLE }])
  return { TITLE: titles.en, LANG_ALL: Object.fromEntries(named) }
}
