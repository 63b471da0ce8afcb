import { useToast } from '@bitrix24/b24ui-nuxt/composables'
import { ApiFault } from '../api.ts'
import { anchorAtPointer } from './hand.ts'

/** Short messages in the corner. */
export function useNotices() {
  const toast = useToast()
  return {
    /** Something was done; it can be undone while the message stands there. */
    done(title: string, undo?: { label: string; act: () => void }): void {
      anchorAtPointer('--notice-at')
      const actions = undo ? [{ label: undo.label, color: 'air-primary' as const, onClick: undo.act }] : []
      toast.add({ title, color: 'air-primary-success', actions })
    },
    /** Says why a request was refused: the first wrong field where there is one. Anything else is a fault of ours. */
    refused(error: unknown): void {
      if (!(error instanceof ApiFault)) throw error
      anchorAtPointer('--notice-at')
      const [field] = Object.values(error.fields)
      toast.add({ title: field ?? error.message, color: 'air-primary-alert' })
    },
  }
}
