import type { Reference } from '../../bitrix24/client/command.ts'
import type { Command } from '../../bitrix24/client/rest.ts'
import { type Stage, stageEntityId } from '../../bitrix24/directory/stages.ts'
import type { Move } from '../../domain/decision.ts'
import type { OpenIntent } from '../../domain/intent.ts'
import { type Language, type TextKey, translate } from '../../texts/translate.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'

/** Where an entry goes. The id may be a reference into the batch, so that a refused move leaves no entry. */
type Place = { entityTypeId: number; entityId: Reference | number }

/**
 * The entry of a move in the item's timeline: which trigger moved it, from where to where, because of what; and by whom for whom,
 * when the installer stood in.
 */
export function timelineEntry(
  intent: OpenIntent,
  entityId: Place['entityId'],
  { lang, snapshot, names }: { lang: Language; snapshot: PortalSnapshot; names: ReadonlyMap<number, string> },
): Command {
  const { entityTypeId } = intent.item
  const stages = snapshot.stages.get(stageEntityId(entityTypeId, intent.categoryId)) ?? []
  const { userId, onBehalfOf } = intent.move
  const nameOf = (id: number) => names.get(id) ?? translate(lang, 'timeline.somebody')
  const values = {
    trigger: intent.trigger.name,
    kind: translate(lang, `kinds.${intent.kind}.title`),
    ...titles(lang, stages, intent.move),
  }
  const lines = [say(lang, 'timeline.moved', values)]
  if (onBehalfOf !== undefined) {
    lines.push(say(lang, 'timeline.onBehalfOf', { by: nameOf(userId), user: nameOf(onBehalfOf) }))
  }
  return entry(lang, { entityTypeId, entityId }, lines)
}

/** The entry of a move that a person took back. */
export function undoneEntry(
  lang: Language,
  { triggerName, move, stages, ...place }: Place & { triggerName: string; move: Move; stages: readonly Stage[] },
): Command {
  return entry(lang, place, [say(lang, 'timeline.undone', { trigger: triggerName, ...titles(lang, stages, move) })])
}

/** Brackets as they stand in markup, and as anybody may read them. */
const brackets: Readonly<Record<string, string>> = { '[': '［', ']': '］', '<': '＜', '>': '＞' }

/** A text with names in it that people gave. What a portal might take for markup in them, BB code or HTML, is put so that it is none. */
function say(lang: Language, key: TextKey, names: Readonly<Record<string, string>>): string {
  const plain = Object.entries(names).map(([key, name]) => [
    key,
    name.replace(/[[\]<>]/g, (one) => brackets[one] ?? one),
  ])
  return translate(lang, key, Object.fromEntries(plain))
}

function titles(lang: Language, stages: readonly Stage[], { from, to }: Move): { from: string; to: string } {
  const titleOf = (stageId: string) => {
    return stages.find((stage) => stage.stageId === stageId)?.title ?? translate(lang, 'timeline.stage')
  }
  return { from: titleOf(from), to: titleOf(to) }
}

function entry(lang: Language, place: Place, lines: string[]): Command {
  const fields = { ...place, title: translate(lang, 'timeline.title'), text: lines.join('\n'), iconCode: 'info' }
  return { method: 'crm.timeline.logmessage.add', params: { fields } }
}
