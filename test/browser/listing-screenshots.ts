/** The screenshots of the Market's listing, in their order, by names of `pages.ts`. */
export const screenshots = ['board', 'catalogue', 'form', 'form-rehearsed', 'journal', 'item-tab'] as const
