import { onMounted, ref } from 'vue'
import { ApiFault, query } from '../api.ts'
import { useAppContext } from '../app-context.ts'
import type { ItemFieldChoice, ItemFields } from '../model.ts'

/** The fields of a type of item; null: not read yet, or refused. */
export function useItemFields(entityTypeId: number) {
  const { api, isManager } = useAppContext()
  const entries = ref<ItemFieldChoice[] | null>(null)
  const isRefused = ref(false)

  onMounted(async () => {
    if (!isManager) return
    try {
      const answer = await api.call<ItemFields>('GET', `/api/fields${query({ entityTypeId })}`)
      if (answer.missing === undefined) entries.value = answer.entries
      else isRefused.value = true
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
      isRefused.value = true
    }
  })
  return { entries, isRefused }
}
