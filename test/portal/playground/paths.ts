import type { ItemRef } from '../world/item.ts'

/** Where things are in a portal: the addresses of Bitrix24 itself, which apps read from `PLACEMENT_OPTIONS.URI`. */
const NAMES: Record<number, string> = { 1: '/crm/lead', 2: '/crm/deal', 7: '/crm/quote' }

export const APP_PATH = '/marketplace/app/12/'

export function boardPath(entityTypeId: number, categoryId: number | null): string {
  return `${root(entityTypeId)}/kanban/${categoryId === null ? '' : `category/${categoryId}/`}`
}

export function automationPath(entityTypeId: number, categoryId: number | null): string {
  return `${root(entityTypeId)}/automation/${categoryId ?? 0}/`
}

export function itemPath({ entityTypeId, id }: ItemRef): string {
  return `${root(entityTypeId)}/details/${id}/`
}

function root(entityTypeId: number): string {
  return NAMES[entityTypeId] ?? `/crm/type/${entityTypeId}`
}
