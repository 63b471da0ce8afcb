import { useI18n } from 'vue-i18n'
import { useAppContext } from '../app-context.ts'
import { useBusy } from '../common/use-busy.ts'
import { useNotices } from '../common/use-notices.ts'
import type { Trigger } from '../model.ts'
import { type Mode, settingsOfMode } from './board.ts'
import type { useTriggers } from './use-triggers.ts'

type Question = { title: string; text: string; yes: string; danger: boolean }

/** What people do with a board's triggers, each told in a notice that can take it back. */
export function useChanges(
  { change, remove: removeOne, restore }: Pick<ReturnType<typeof useTriggers>, 'change' | 'remove' | 'restore'>,
  { ask, stageTitle }: { ask: (question: Question) => Promise<boolean>; stageTitle: (stageId: string) => string },
) {
  const { t } = useI18n()
  const { format } = useAppContext()
  const notices = useNotices()
  const { isBusy, whileBusy } = useBusy()

  async function save(trigger: Pick<Trigger, 'id'>, settings: Partial<Trigger>): Promise<Trigger | null> {
    try {
      return await change(trigger.id, settings)
    } catch (error) {
      notices.refused(error)
      return null
    }
  }

  async function move(trigger: Trigger, stageId: string): Promise<void> {
    const from = trigger.stageId
    if (stageId === from) return
    const saved = await save(trigger, { stageId })
    if (!saved) return
    const undo = { label: t('common.undo'), act: () => void save(saved, { stageId: from }) }
    notices.done(t('board.was-moved', { name: trigger.name, stage: stageTitle(stageId) }), undo)
  }

  async function setAll(triggers: readonly Trigger[], mode: Mode): Promise<void> {
    const changed: Trigger[] = []
    await whileBusy(async () => {
      for (const trigger of triggers) {
        await change(trigger.id, settingsOfMode(mode))
        changed.push(trigger)
      }
    })
    const back = async () => {
      for (const { id, enabled, mode } of changed) await save({ id }, { enabled, mode })
    }
    const params = { n: format.number(changed.length), state: t(`states.${mode}`) }
    const undo = { label: t('common.undo'), act: () => void back() }
    if (changed.length > 0) notices.done(t('board.were-set', params, changed.length), undo)
  }

  /** Asks, and deletes; resolves with whether it did. */
  async function remove(triggers: readonly Trigger[]): Promise<boolean> {
    const [first] = triggers
    if (!first) return false
    const one = triggers.length === 1
    const n = { n: format.number(triggers.length) }
    const title = one ? t('board.remove-title', { name: first.name }) : t('bulk.remove-title', n, triggers.length)
    const question = t(one ? 'board.remove-text' : 'bulk.remove-text')
    if (!(await ask({ title, text: question, yes: t('board.remove'), danger: true }))) return false
    const removed: Trigger[] = []
    await whileBusy(async () => {
      for (const trigger of triggers) {
        await removeOne(trigger.id)
        removed.push(trigger)
      }
    })
    if (removed.length === 0) return false
    const text = one
      ? t('board.was-removed', { name: first.name })
      : t('board.were-removed', { n: format.number(removed.length) }, removed.length)
    notices.done(text, { label: t('common.undo'), act: () => void bringBack(removed) })
    return true
  }

  async function bringBack(triggers: readonly Trigger[]): Promise<void> {
    try {
      await restore(triggers.map(({ id }) => id))
    } catch (error) {
      notices.refused(error)
    }
  }

  return { isBusy, save, move, setAll, remove }
}
