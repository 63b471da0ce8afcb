import type { Session } from '../api.ts'

/**
 * What was filled in and left without being saved, in this tab of the browser: the portal may close the page at any time, by its slider's
 * cross or the browser's *Back*, and an expired session ends with a reload. `version`: of what it was begun from.
 */
type KeptDraft<Draft> = { version: number | string; draft: Draft }

export type DraftStore<Draft> = {
  read(): KeptDraft<Draft> | null
  keep(kept: KeptDraft<Draft>): void
  drop(): void
}

/** The store of one draft of this person in this portal; `of` names what is filled in. */
export function draftStore<Draft>({ portal, user }: Session, of: string): DraftStore<Draft> {
  const name = `stagecue-draft ${portal.memberId} ${user.id} ${of}`
  return {
    read: () => {
      try {
        const text = sessionStorage.getItem(name)
        return text === null ? null : (JSON.parse(text) as KeptDraft<Draft>)
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
