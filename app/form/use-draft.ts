import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiFault } from '../api.ts'
import { useAppContext } from '../app-context.ts'
import { draftStore } from '../common/kept-draft.ts'
import type { Kind, Trigger, TriggerSettings } from '../model.ts'
import { copyOf, draftOf, faultsOf, isSameDraft, newDraft, valueAt } from './draft.ts'
import type { Version } from './versions.ts'

type Start = { id: string | null; kind?: string | undefined } & Pick<
  TriggerSettings,
  'entityTypeId' | 'categoryId' | 'stageId'
>

/** Somebody saved the trigger while it stood open here: as what, who and when. */
export type Conflict = { theirs: Trigger; by: number | null; at: string }

/** The trigger that the form shows: read or new, changed, checked, saved. */
export function useDraft(start: Start) {
  const { t } = useI18n()
  const { api, kinds, session, isManager } = useAppContext()
  const draft = ref<TriggerSettings | null>(null)
  const trigger = ref<Trigger | null>(null)
  const problem = ref('')
  const errors = ref<Record<string, string>>({})
  const isSaving = ref(false)
  const conflict = ref<Conflict | null>(null)
  /** The trigger was deleted, before it was opened or while it stood open. */
  const isGone = ref(false)
  /** The draft is one that was left earlier without being saved. */
  const isBroughtBack = ref(false)
  let first: TriggerSettings | null = null
  /** What stood in a field when it was found wrong. */
  let refused: Record<string, string> = {}

  const of = start.id ?? `new ${start.kind} ${start.entityTypeId} ${start.categoryId} ${start.stageId}`
  const store = draftStore<TriggerSettings>(session, of)

  const kind = computed<Kind | undefined>(() => kindOf(draft.value?.kind ?? start.kind))
  const isChanged = computed(() => draft.value !== null && first !== null && !isSameDraft(draft.value, first))

  function kindOf(code: string | undefined): Kind | undefined {
    return kinds.value.find((one) => one.kind === code)
  }

  function show(settings: TriggerSettings): void {
    first = copyOf(settings)
    draft.value = settings
    setErrors({})
    conflict.value = null
    isBroughtBack.value = false
  }

  function setErrors(next: Record<string, string>): void {
    errors.value = next
    refused = Object.fromEntries(Object.keys(next).map((path) => [path, contentOf(path)]))
  }

  function contentOf(path: string): string {
    return JSON.stringify(draft.value && valueAt(draft.value, path)) ?? ''
  }

  /** Takes up a draft that was left, where it still fits. */
  function adoptDraft(): void {
    const kept = isManager ? store.read() : null
    if (kept?.version === (trigger.value?.version ?? 0)) {
      draft.value = kept.draft
      isBroughtBack.value = isChanged.value
    } else store.drop()
  }

  function showNew(): void {
    const { entityTypeId, categoryId, stageId } = start
    if (kind.value) show(newDraft(kind.value, { entityTypeId, categoryId, stageId }))
  }

  function showTrigger(read: Trigger): void {
    trigger.value = read
    show(draftOf(read, kindOf(read.kind)))
  }

  async function load(): Promise<void> {
    problem.value = ''
    isGone.value = false
    try {
      if (start.id === null) showNew()
      else showTrigger(await api.call<Trigger>('GET', `/api/triggers/${start.id}`))
      adoptDraft()
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
      if (error.status === 404) isGone.value = true
      else problem.value = error.message
    }
  }

  /** Saves; `null` when something must be put right first. Throws `ApiFault` for what is no matter of fields. */
  async function save(): Promise<Trigger | null> {
    const wanted = draft.value
    if (!wanted || !kind.value) return null
    const faults = Object.entries(faultsOf(wanted, kind.value))
    setErrors(Object.fromEntries(faults.map(([path, fault]) => [path, t(`form.${fault}`)])))
    if (faults.length > 0) return null
    isSaving.value = true
    try {
      const saved = await send(wanted)
      first = copyOf(wanted)
      store.drop()
      return saved
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
      if (error.status === 409) await loadConflict()
      else if (error.status === 404) isGone.value = true
      else if (Object.keys(error.fields).length > 0) setErrors({ ...error.fields })
      else throw error
      return null
    } finally {
      isSaving.value = false
    }
  }

  function send(wanted: TriggerSettings): Promise<Trigger> {
    const { id, version } = trigger.value ?? {}
    if (id === undefined) return api.call('POST', '/api/triggers', wanted)
    return api.call('PUT', `/api/triggers/${id}`, { ...wanted, version })
  }

  async function loadConflict(): Promise<void> {
    const path = `/api/triggers/${start.id}`
    const theirs = await api.call<Trigger>('GET', path)
    const { versions } = await api.call<{ versions: Version[] }>('GET', `${path}/versions`)
    const [last] = versions
    conflict.value = { theirs, by: last?.changedBy ?? null, at: last?.changedAt ?? '' }
  }

  /** Saves mine over what the other person saved. */
  function overwrite(): Promise<Trigger | null> {
    if (conflict.value && trigger.value) trigger.value = { ...trigger.value, version: conflict.value.theirs.version }
    conflict.value = null
    return save()
  }

  /** Brings the deleted trigger back, with what was typed into the form. Throws `ApiFault`. */
  async function restore(): Promise<void> {
    const restored = await api.call<Trigger>('POST', `/api/triggers/${start.id}/restore`)
    const typed = isChanged.value ? draft.value : null
    showTrigger(restored)
    if (typed) draft.value = typed
    isGone.value = false
  }

  /** Forgets what was typed: as it was saved last, by whomever. */
  function discard(): void {
    store.drop()
    const saved = conflict.value?.theirs ?? trigger.value
    if (saved) showTrigger(saved)
    else showNew()
  }

  watch(
    draft,
    () => {
      if (!draft.value) return
      const wrong = Object.entries(errors.value).filter(([path]) => contentOf(path) === refused[path])
      if (wrong.length < Object.keys(errors.value).length) errors.value = Object.fromEntries(wrong)
      if (isChanged.value) store.keep({ version: trigger.value?.version ?? 0, draft: draft.value })
      else store.drop()
    },
    { deep: true },
  )

  return {
    draft,
    trigger,
    kind,
    problem,
    errors,
    isSaving,
    conflict,
    isGone,
    isBroughtBack,
    isChanged,
    load,
    save,
    overwrite,
    restore,
    discard,
    forget: store.drop,
  }
}
