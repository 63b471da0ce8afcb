import { ref } from 'vue'
import { useNotices } from './use-notices.ts'

/** Says while something is done, and why it was refused. */
export function useBusy() {
  const notices = useNotices()
  const isBusy = ref(false)
  return {
    isBusy,
    /** Comes back when it is done or refused; what is no refusal is thrown. */
    async whileBusy(act: () => Promise<void>): Promise<void> {
      isBusy.value = true
      try {
        await act()
      } catch (error) {
        notices.refused(error)
      } finally {
        isBusy.value = false
      }
    },
  }
}
