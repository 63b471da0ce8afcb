import { useToast } from '@bitrix24/b24ui-nuxt/composables'
import { ApiFault } from '../api.ts'

/** How long a message stands, milliseconds. */
const SHORT_MS = 5000
const UNDO_MS = 12_000

/** Short messages at the lower edge of what is in sight. */
export function useNotices() {
  const toast = useToast()
  return {
    /** Something was done; it can be undone while the message stands there. */
    done(title: string, undo?: { label: string; act: () => void }): void {
      const actions = undo ? [{ label: undo.label, color: 'air-primary' as const, onClick: undo.act }] : []
      toast.add({ title, color: 'air-primary-success', actions, duration: undo ? UNDO_MS : SHORT_MS })
    },
    /** Says why a request was refused: the first wrong field where there is one. Anything else is a fault of ours. */
    refused(error: unknown): void {
      if (!(error instanceof ApiFault)) throw error
      const [field] = Object.values(error.fields)
      toast.add({ title: field ?? error.message, color: 'air-primary-alert' })
    },
  }
}
