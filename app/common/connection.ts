import { computed, type InjectionKey, inject, onBeforeUnmount, type Ref, ref } from 'vue'
import type { Connection } from '../api.ts'

/** How the page stands with the server, for whatever tells it. */
type ConnectionState = {
  state: Readonly<Ref<Connection>>
  reload(): void
}

export const connectionKey: InjectionKey<ConnectionState> = Symbol('connection')

/** The panels that say why a part of the page could not be loaded, in the order of their coming. */
const panels = ref<symbol[]>([])

/** Does a panel say already that the connection is lost? */
export const hasPanel = computed(() => panels.value.length > 0)

export function useConnection(): ConnectionState {
  const connection = inject(connectionKey)
  if (!connection) throw new Error('No connection is open')
  return connection
}

/** For a panel: while the connection is lost, only the first one says so, as all would say the same. */
export function useProblemPanel() {
  const { state, reload } = useConnection()
  const me = Symbol('panel')
  panels.value.push(me)
  onBeforeUnmount(() => {
    panels.value = panels.value.filter((one) => one !== me)
  })
  return {
    isShown: computed(() => state.value === 'ok' || panels.value[0] === me),
    isExpired: computed(() => state.value === 'expired'),
    reload,
  }
}
