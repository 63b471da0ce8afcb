import { useI18n } from 'vue-i18n'
import { useAppContext } from '../app-context.ts'
import type { Entry } from '../model.ts'
import { rowOf } from './row.ts'

/** Waits for the names in the rows of entries that are about to be shown: rows would move when these come. */
export function useWholeRows(): (entries: readonly Entry[]) => Promise<void> {
  const { t, te } = useI18n()
  const { names, format, types } = useAppContext()
  return (entries) =>
    names.ready(() => {
      for (const entry of entries) rowOf(entry, { t, te, names, format, types: types.value })
    })
}
