import { stageEntityId } from '../portal/stages.ts'
import type { Command } from '../portal/types.ts'
import type { OpenIntent } from '../store/intent.ts'
import { type Language, translate } from '../texts/translate.ts'
import type { Reading } from './reading.ts'

/**
 * The entry in the item's timeline: which trigger moved it, from where to where, because of what; and for whom, when the
 * installer stood in. `entityId` may be a reference into the batch, so that a refused move leaves no entry.
 */
export function timelineEntry(
  intent: OpenIntent,
  entityId: string | number,
  { lang, reading }: { lang: Language; reading: Reading },
): Command {
  const { entityTypeId } = intent.item
  const stages = reading.stages.get(stageEntityId(entityTypeId, intent.categoryId)) ?? []
  const titleOf = (stageId: string) => stages.find((stage) => stage.stageId === stageId)?.title ?? stageId
  const { from, to, onBehalfOf } = intent.move
  const values = {
    trigger: intent.trigger.name,
    kind: translate(lang, `kinds.${intent.kind}.title`),
    from: titleOf(from),
    to: titleOf(to),
  }
  const lines = [translate(lang, 'timeline.moved', values)]
  if (onBehalfOf !== undefined) lines.push(translate(lang, 'timeline.onBehalfOf', { user: onBehalfOf }))
  const fields = {
    entityTypeId,
    entityId,
    title: translate(lang, 'timeline.title'),
    text: lines.join('\n'),
    iconCode: 'info',
  }
  return { method: 'crm.timeline.logmessage.add', params: { fields } }
}
