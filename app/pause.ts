import { type Ref, ref } from 'vue'
import { type Api, ApiFault } from './api.ts'

/** Who paused all triggers, and when, as far as the server knows. */
type Paused = { since: string | null; userId: number | null; name: string | null }

export type Pause = {
  paused: Ref<Paused | null>
  /** What is known was set on this page; else somebody else did it, at a moment that nobody here expects. */
  isOwn: Ref<boolean>
  /** Asks anew: somebody else may have paused or resumed. */
  refresh(): Promise<void>
  /** Pauses or resumes at once; for administrators. Throws `ApiFault`. */
  set(paused: boolean): Promise<void>
}

export function createPause(api: Pick<Api, 'call'>): Pause {
  const paused = ref<Paused | null>(null)
  const isOwn = ref(false)
  const read = async (own: boolean) => {
    const answer = await api.call<{ paused: Paused | null }>('GET', '/api/paused')
    isOwn.value = own
    paused.value = answer.paused
  }
  return {
    paused,
    isOwn,
    async refresh() {
      try {
        await read(false)
      } catch (fault) {
        // What was last known stands; the page's own requests tell what is wrong.
        if (!(fault instanceof ApiFault)) throw fault
      }
    },
    async set(wanted) {
      await api.call('PUT', '/api/settings', { paused: wanted })
      await read(true)
    },
  }
}
