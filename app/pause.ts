import { type Ref, ref } from 'vue'
import { type Api, ApiFault } from './api.ts'

/** Who paused all triggers, and when, as far as the server knows. */
type Paused = { since: string | null; userId: number | null; name: string | null }

export type Pause = {
  paused: Ref<Paused | null>
  /** Asks anew: somebody else may have paused or resumed. */
  refresh(): Promise<void>
  /** Pauses or resumes at once; for administrators. Throws `ApiFault`. */
  set(paused: boolean): Promise<void>
}

export function createPause(api: Pick<Api, 'call'>): Pause {
  const paused = ref<Paused | null>(null)
  const read = async () => {
    paused.value = (await api.call<{ paused: Paused | null }>('GET', '/api/paused')).paused
  }
  return {
    paused,
    async refresh() {
      try {
        await read()
      } catch (fault) {
        // What was last known stands; the page's own requests tell what is wrong.
        if (!(fault instanceof ApiFault)) throw fault
      }
    },
    async set(wanted) {
      await api.call('PUT', '/api/settings', { paused: wanted })
      await read()
    },
  }
}
