import { computed, ref } from 'vue'
import type { Trigger } from '../model.ts'

/** Choosing several cards of the board. `null`: nobody is choosing. */
export function useBulk() {
  const chosen = ref<Set<string> | null>(null)
  return {
    chosen,
    isChoosing: computed(() => chosen.value !== null),
    begin: () => {
      chosen.value = new Set()
    },
    end: () => {
      chosen.value = null
    },
    toggle(id: string) {
      const now = new Set(chosen.value)
      if (!now.delete(id)) now.add(id)
      chosen.value = now
    },
    /** All of these, or none when all are chosen already. */
    toggleAll(triggers: readonly Trigger[]) {
      const ids = triggers.map(({ id }) => id)
      chosen.value = new Set(ids.every((id) => chosen.value?.has(id)) ? [] : ids)
    },
  }
}
