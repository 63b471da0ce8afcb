import type { ItemType, Kind } from '../model.ts'

/** First triggers that most portals can use, by kind; they move to the second stage of the pipeline. */
const wanted = ['email-incoming', 'call-missed', 'chat-first-message', 'form-submitted']

/** Templates that this portal can serve for that type of item. */
export function templatesFor(kinds: readonly Kind[], entityTypeId: number): Kind[] {
  return wanted.flatMap((code) => {
    const kind = kinds.find((one) => one.kind === code)
    const isUsable = kind?.available === true && kind.entityTypes.includes(entityTypeId)
    return kind && isUsable && kind.fields.every(({ required }) => !required) ? [kind] : []
  })
}

/** The stage that a first trigger moves to: the second that may be a target, where most pipelines hold work begun. */
export function firstTarget(pipeline: ItemType['pipelines'][number] | undefined): string {
  const targets = pipeline?.stages.filter(({ canBeTarget, semantics }) => canBeTarget && semantics === 'process') ?? []
  return (targets[1] ?? targets[0])?.stageId ?? ''
}
