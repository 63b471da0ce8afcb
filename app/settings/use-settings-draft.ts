import { computed, onBeforeUnmount, ref, watch } from 'vue'
import { useAppContext } from '../app-context.ts'
import { draftStore } from '../common/kept-draft.ts'
import type { Settings } from '../model.ts'

/** The settings that are filled in; pausing is none of them, since it acts at once. */
export type SettingsDraft = Omit<Settings, 'paused'>

/** A draft of the saved settings, kept until it is saved or given up. `left`: the page goes while something is unsaved. */
export function useSettingsDraft(saved: () => Settings, left: () => void) {
  const { session } = useAppContext()
  const store = draftStore<SettingsDraft>(session, 'settings')
  const version = () => JSON.stringify(draftOf(saved()))
  const kept = store.read()
  const isBroughtBack = ref(kept !== null && kept.version === version())
  const draft = ref(kept && isBroughtBack.value ? kept.draft : draftOf(saved()))
  const isChanged = computed(() => JSON.stringify(draft.value) !== version())

  /** As the settings were saved last. */
  function reset(): void {
    draft.value = draftOf(saved())
    isBroughtBack.value = false
  }

  watch(
    [draft, isChanged],
    () => {
      if (isChanged.value) store.keep({ version: version(), draft: draft.value })
      else store.drop()
    },
    { deep: true, immediate: true },
  )
  onBeforeUnmount(() => {
    if (isChanged.value) left()
  })
  return { draft, isChanged, isBroughtBack, reset }
}

function draftOf({ paused: _, ...settings }: Settings): SettingsDraft {
  return { ...settings, managers: [...settings.managers] }
}
