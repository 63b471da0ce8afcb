import { ref } from 'vue'
import { ApiFault, query } from '../api.ts'
import { useAppContext } from '../app-context.ts'
import type { Trigger } from '../model.ts'

/**
 * The triggers of a pipeline, and what a board does with them. Changes show at once and are taken back when they are refused.
 * `textOf`: what a card says; its names are waited for, since cards would move when they come.
 */
export function useTriggers(
  place: { entityTypeId: number; categoryId: number | null },
  textOf: (trigger: Trigger) => string,
) {
  const { api, names } = useAppContext()
  const triggers = ref<Trigger[]>([])
  const isLoading = ref(true)
  const problem = ref('')
  /** Ids of triggers that are being saved. */
  const busy = ref(new Set<string>())

  async function load(): Promise<void> {
    isLoading.value = true
    problem.value = ''
    try {
      const read = await api.call<Trigger[]>('GET', `/api/triggers${query(place)}`)
      await names.ready(() => read.forEach(textOf))
      triggers.value = read
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
      problem.value = error.message
    } finally {
      isLoading.value = false
    }
  }

  function put(trigger: Trigger): void {
    triggers.value = triggers.value.map((one) => (one.id === trigger.id ? trigger : one))
  }

  /** Saves changed settings of a trigger; throws `ApiFault` after what was shown is taken back. */
  async function change(id: string, settings: Partial<Trigger>): Promise<Trigger | null> {
    const before = triggers.value.find((one) => one.id === id)
    if (!before || busy.value.has(id)) return null
    busy.value.add(id)
    put({ ...before, ...settings })
    try {
      const saved = await api.call<Trigger>('PUT', `/api/triggers/${id}`, { ...before, ...settings })
      put(saved)
      return saved
    } catch (error) {
      put(before)
      await readAgain(error)
      throw error
    } finally {
      busy.value.delete(id)
    }
  }

  async function remove(id: string): Promise<void> {
    try {
      await api.call('DELETE', `/api/triggers/${id}`)
    } catch (error) {
      await readAgain(error)
      throw error
    }
    triggers.value = triggers.value.filter((one) => one.id !== id)
  }

  /** Where somebody else was faster, what is there by now is shown. */
  async function readAgain(error: unknown): Promise<void> {
    if (error instanceof ApiFault && (error.status === 409 || error.status === 404)) await load()
  }

  /** Brings deleted triggers back as they were, with their journal; throws `ApiFault` at the first that cannot be. */
  async function restore(ids: readonly string[]): Promise<void> {
    try {
      for (const id of ids) await api.call('POST', `/api/triggers/${id}/restore`)
    } finally {
      await load()
    }
  }

  return { triggers, isLoading, problem, busy, load, change, remove, restore }
}
