import { useToast } from '@bitrix24/b24ui-nuxt/composables'
import { useI18n } from 'vue-i18n'
import { ApiFault } from '../api.ts'
import { hasPanel, useConnection } from './connection.ts'

/** How long a message stands, milliseconds. */
const SHORT_MS = 5000
const UNDO_MS = 12_000
/** Until it is removed. */
const UNTIL_REMOVED = 0

type Action = { label: string; act: () => void }

/** Messages of which there is one, for as long as what they tell lasts. */
type Lasting = 'connection' | 'paused'

/** Short messages at the lower edge of what is in sight. */
export function useNotices() {
  const toast = useToast()
  const { t } = useI18n()
  const { state, reload } = useConnection()
  const buttons = (action?: Action) => {
    return action ? [{ label: action.label, color: 'air-primary' as const, onClick: action.act }] : []
  }

  /** Stands there until it is removed: what comes without anybody's doing lies over the page and moves nothing in it. */
  function last(id: Lasting, title: string, action?: Action): void {
    const color = id === 'paused' ? 'air-primary-warning' : 'air-primary-alert'
    toast.add({ id, title, color, actions: buttons(action), duration: UNTIL_REMOVED })
  }

  function connection(): void {
    if (state.value === 'offline') last('connection', t('connection.offline'))
    else last('connection', t('connection.expired'), { label: t('connection.reload'), act: reload })
  }

  return {
    last,
    /** Says that the connection is lost, once. */
    connection,
    remove(id: Lasting): void {
      toast.remove(id)
    },
    /** Something was done; it can be undone while the message stands there. */
    done(title: string, undo?: Action): void {
      const duration = undo ? UNDO_MS : SHORT_MS
      toast.add({ title, color: 'air-primary-success', actions: buttons(undo), duration })
    },
    /** Says why a request was refused: the first wrong field where there is one. Anything else is a fault of ours. */
    refused(error: unknown): void {
      if (!(error instanceof ApiFault)) throw error
      const [field] = Object.values(error.fields)
      if (state.value === 'ok') toast.add({ title: field ?? error.message, color: 'air-primary-alert' })
      else if (!hasPanel.value) connection()
    },
  }
}
