import { computed, ref } from 'vue'
import { ApiFault } from '../api.ts'
import type { Kind, Trigger, TriggerSettings } from '../model.ts'
import { useStagecue } from '../stagecue.ts'
import { draftOf, isSameDraft, missingFields, newDraft } from './draft.ts'

type Start = { id: string | null; kind?: string | undefined } & Pick<
  TriggerSettings,
  'entityTypeId' | 'categoryId' | 'stageId'
>

/** The trigger that the form shows: read or new, changed, checked, saved. `required` is the text beside an empty field. */
export function useDraft(start: Start, required: string) {
  const { api, kinds } = useStagecue()
  const draft = ref<TriggerSettings | null>(null)
  const trigger = ref<Trigger | null>(null)
  const problem = ref('')
  const errors = ref<Record<string, string>>({})
  const isSaving = ref(false)
  /** Somebody saved the trigger while it stood open here. */
  const isOutdated = ref(false)
  let first: TriggerSettings | null = null

  const kind = computed<Kind | undefined>(() => {
    const code = draft.value?.kind ?? start.kind
    return kinds.value.find((one) => one.kind === code)
  })
  const isChanged = computed(() => draft.value !== null && first !== null && !isSameDraft(draft.value, first))

  function show(settings: TriggerSettings): void {
    first = structuredClone(settings)
    draft.value = settings
    errors.value = {}
    isOutdated.value = false
  }

  async function load(): Promise<void> {
    problem.value = ''
    if (start.id === null) {
      const { entityTypeId, categoryId, stageId } = start
      if (kind.value) show(newDraft(kind.value, { entityTypeId, categoryId, stageId }))
      return
    }
    try {
      const read = await api.call<Trigger>('GET', `/api/triggers/${start.id}`)
      trigger.value = read
      show(
        draftOf(
          read,
          kinds.value.find((one) => one.kind === read.kind),
        ),
      )
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
      problem.value = error.message
    }
  }

  /** Saves; `null` when something must be put right first. Throws `ApiFault` for what is no matter of fields. */
  async function save(): Promise<Trigger | null> {
    const wanted = draft.value
    if (!wanted || !kind.value) return null
    errors.value = Object.fromEntries(missingFields(wanted, kind.value).map((path) => [path, required]))
    if (Object.keys(errors.value).length > 0) return null
    isSaving.value = true
    try {
      const saved = trigger.value
        ? await api.call<Trigger>('PUT', `/api/triggers/${trigger.value.id}`, {
            ...wanted,
            version: trigger.value.version,
          })
        : await api.call<Trigger>('POST', '/api/triggers', wanted)
      first = structuredClone(JSON.parse(JSON.stringify(wanted)))
      return saved
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
      if (error.status === 409) isOutdated.value = true
      else if (Object.keys(error.fields).length > 0) errors.value = { ...error.fields }
      else throw error
      return null
    } finally {
      isSaving.value = false
    }
  }

  return { draft, trigger, kind, problem, errors, isSaving, isOutdated, isChanged, load, save }
}
