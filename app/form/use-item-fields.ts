import { onMounted, ref } from 'vue'
import { ApiFault, query } from '../api.ts'
import { useAppContext } from '../app-context.ts'
import type { ItemFieldChoice, ItemFields } from '../model.ts'

/** The fields of a type of item; null: not read yet, or refused: `missing` says why. */
export function useItemFields(entityTypeId: number) {
  const { api, isManager } = useAppContext()
  const entries = ref<ItemFieldChoice[] | null>(null)
  const missing = ref<string | null>(null)
  const isLoading = ref(isManager)

  async function load(): Promise<void> {
    if (!isManager) return
    isLoading.value = true
    try {
      const answer = await api.call<ItemFields>('GET', `/api/fields${query({ entityTypeId })}`)
      missing.value = answer.missing ?? null
      entries.value = answer.missing === undefined ? answer.entries : null
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
      missing.value = error.message
    } finally {
      isLoading.value = false
    }
  }

  onMounted(load)
  return { entries, missing, isLoading, load }
}
