import { computed, ref } from 'vue'
import { ApiFault, query } from '../api.ts'
import type { Entry } from '../model.ts'
import { useStagecue } from '../stagecue.ts'

export type JournalFilter = Record<string, string | number | null | undefined>

/** Entries of the journal, newest first, page after page. */
export function useEntries(filter: () => JournalFilter) {
  const { api } = useStagecue()
  const entries = ref<Entry[]>([])
  const next = ref<string | null>(null)
  const isLoading = ref(true)
  const problem = ref('')
  let asked = 0

  async function read(cursor: string | null): Promise<void> {
    const mine = ++asked
    isLoading.value = true
    problem.value = ''
    try {
      const path = `/api/journal${query({ ...filter(), ...(cursor ? { cursor } : {}) })}`
      const page = await api.call<{ entries: Entry[]; next: string | null }>('GET', path)
      // Filters may have changed while this was under way.
      if (mine !== asked) return
      entries.value = cursor === null ? page.entries : [...entries.value, ...page.entries]
      next.value = page.next
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
      if (mine === asked) problem.value = error.message
    } finally {
      if (mine === asked) isLoading.value = false
    }
  }

  return {
    entries,
    isLoading,
    problem,
    hasMore: computed(() => next.value !== null),
    load: () => read(null),
    more: async () => {
      if (next.value !== null && !isLoading.value) await read(next.value)
    },
    put(entry: Entry) {
      entries.value = entries.value.map((one) => (one.id === entry.id ? entry : one))
    },
  }
}
