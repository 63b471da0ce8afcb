import { computed, defineComponent, watch } from 'vue'
import { hasPanel, useConnection } from './connection.ts'
import { useNotices } from './use-notices.ts'

/** So long a panel has to come before the message does, milliseconds. */
const SETTLE_MS = 1000

/** Says that the connection is lost, as long as it is, unless a panel of the page does. Its message lies beside the page. */
export const ConnectionNotice = defineComponent(() => {
  const { state } = useConnection()
  const notices = useNotices()
  const unreported = computed(() => (hasPanel.value ? 'ok' : state.value))
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(unreported, (now) => {
    clearTimeout(timer)
    if (now === 'ok') notices.remove('connection')
    else timer = setTimeout(notices.connection, SETTLE_MS)
  })
  return () => null
})
