import type { TriggerSettings } from '../model.ts'

/**
 * A draft that was left without being saved, in this tab of the browser: the portal may close the page at any time, by its slider's
 * cross or the browser's *Back*. `version`: of the trigger that it was begun from, 0 for a new one.
 */
type KeptDraft = { version: number; draft: TriggerSettings }

export type DraftStore = {
  read(): KeptDraft | null
  keep(kept: KeptDraft): void
  drop(): void
}

/** The store of one trigger's draft; `key` names portal, person and trigger. */
export function draftStore(key: string): DraftStore {
  const name = `stagecue-draft ${key}`
  return {
    read: () => {
      try {
        const text = sessionStorage.getItem(name)
        return text === null ? null : (JSON.parse(text) as KeptDraft)
      } catch {
        // A browser may refuse storage to frames of other sites: then nothing was kept.
        return null
      }
    },
    keep: (kept) => {
      try {
        sessionStorage.setItem(name, JSON.stringify(kept))
      } catch {
        // See above.
      }
    },
    drop: () => {
      try {
        sessionStorage.removeItem(name)
      } catch {
        // See above.
      }
    },
  }
}
