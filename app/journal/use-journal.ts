import { onBeforeUnmount, onMounted, ref } from 'vue'
import { ApiFault, query } from '../api.ts'
import { useAppContext } from '../app-context.ts'
import { usePages } from '../common/use-pages.ts'
import type { Entry } from '../model.ts'
import type { JournalQuery } from './filter.ts'
import { useWholeRows } from './use-whole-rows.ts'

type Count = { count: number; left: number; isAll: boolean }

/** How often it is looked for new entries while somebody looks at the page: the portal is not asked for it. */
const POLL_EVERY_MS = 20_000

/** Entries of the journal, newest first, how many there are, and how many have come since they were read. */
export function useJournal(filter: () => JournalQuery) {
  const { api } = useAppContext()
  const whole = useWholeRows()
  /** How many there are; asked together with the first of them. */
  let counting: Promise<Count | null> = Promise.resolve(null)
  const list = usePages<Entry>(
    (cursor) => `/api/journal${query({ ...filter(), cursor })}`,
    (entries) => Promise.all([counting, whole(entries)]),
  )
  const count = ref<Count | null>(null)
  const fresh = ref(0)
  let newest = 0
  let asked = 0

  async function ask(after?: number): Promise<Count | null> {
    const { include: _, ...counted } = filter()
    try {
      return await api.call<Count>('GET', `/api/journal/count${query({ ...counted, after })}`)
    } catch (fault) {
      // A number is a comfort; the list says itself what is wrong.
      if (!(fault instanceof ApiFault)) throw fault
      return null
    }
  }

  async function load(): Promise<void> {
    const mine = ++asked
    fresh.value = 0
    counting = ask()
    await list.load()
    const all = await counting
    if (mine !== asked) return
    count.value = all
    newest = Math.max(0, ...list.entries.value.flatMap(({ id }) => (/^\d+$/.test(id) ? [Number(id)] : [])))
  }

  async function refresh(): Promise<void> {
    if (document.hidden || list.isLoading.value || list.problem.value !== '') return
    const mine = asked
    const since = await ask(newest)
    if (mine === asked) fresh.value = since?.count ?? 0
  }

  let timer: ReturnType<typeof setInterval> | undefined
  onMounted(() => {
    timer = setInterval(() => void refresh(), POLL_EVERY_MS)
    document.addEventListener('visibilitychange', refresh)
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', refresh)
  })

  return { ...list, load, count, fresh }
}

export type Journal = ReturnType<typeof useJournal>
