import { type Ref, ref } from 'vue'
import { type Api, ApiFault, query } from './api.ts'

/** Moves that failed since the journal was last looked at in this browser. */
export type Failures = {
  count: Ref<number>
  refresh(): Promise<void>
  /** The journal is open: nothing is new any more. */
  seen(): void
}

const key = 'stagecue-journal-seen'

/** Whoever never looked is told of the failures of so long, milliseconds. */
const FIRST_MS = 7 * 86_400_000

/** Only those who may read the whole journal are told. */
export function createFailures(api: Pick<Api, 'call'>, mayRead: boolean): Failures {
  const count = ref(0)
  let seenAt = new Date(Date.now() - FIRST_MS).toISOString()

  function storedSeen(): string {
    try {
      return localStorage.getItem(key) ?? seenAt
    } catch {
      // A browser may refuse storage to frames of other sites: then it lasts as long as the page.
      return seenAt
    }
  }

  return {
    count,
    async refresh() {
      if (!mayRead) return
      try {
        const path = `/api/journal/count${query({ outcome: 'failed', from: storedSeen() })}`
        count.value = (await api.call<{ count: number }>('GET', path)).count
      } catch (fault) {
        // What was last known stands; the page's own requests tell what is wrong.
        if (!(fault instanceof ApiFault)) throw fault
      }
    },
    seen() {
      count.value = 0
      seenAt = new Date().toISOString()
      try {
        localStorage.setItem(key, seenAt)
      } catch {
        // See above.
      }
    },
  }
}
