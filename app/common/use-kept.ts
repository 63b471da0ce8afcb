import { type Ref, ref, watch } from 'vue'
import { useAppContext } from '../app-context.ts'
import { draftStore } from './kept-draft.ts'

/** A value that stays over a reload of the page, until it is `none` again or forgotten. `name` tells it from others. */
export function useKept<Value>(name: string, none: Value): { value: Ref<Value>; forget: () => void } {
  const store = draftStore<Value>(useAppContext().session, name)
  const value = ref(store.read()?.draft ?? none) as Ref<Value>
  watch(value, (now) => (now === none ? store.drop() : store.keep({ version: 0, draft: now })), { deep: true })
  return { value, forget: store.drop }
}
