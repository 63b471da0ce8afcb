import { computed, type Ref, ref } from 'vue'
import { ApiFault } from '../api.ts'
import { useAppContext } from '../app-context.ts'

/**
 * A list of the API that comes page after page; `path` is its address with what is asked of it, for the page that the cursor names.
 * `whole` fetches what else the entries are shown with: without it their rows would move when it comes.
 */
export function usePages<T extends { id: string }>(
  path: (cursor: string) => string,
  whole: (entries: readonly T[]) => Promise<unknown> = async () => {},
) {
  const { api } = useAppContext()
  const entries = ref([]) as Ref<T[]>
  const next = ref<string | null>(null)
  const isLoading = ref(true)
  const problem = ref('')
  let asked = 0

  async function read(cursor: string | null): Promise<void> {
    const mine = ++asked
    isLoading.value = true
    problem.value = ''
    try {
      const page = await api.call<{ entries: T[]; next: string | null }>('GET', path(cursor ?? ''))
      await whole(page.entries)
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
    put(entry: T) {
      entries.value = entries.value.map((one) => (one.id === entry.id ? entry : one))
    },
    drop(id: string) {
      entries.value = entries.value.filter((one) => one.id !== id)
    },
  }
}
