/** What a trigger says of stages, and what is to be known of a stage. */
type Reach = { stageId: string; fromStages: readonly string[]; allowMovingBack: boolean }
type StageOfPipeline = { stageId: string; semantics: 'process' | 'success' | 'failure' }

/**
 * The stages that the trigger can move an item out of, by its own settings and the pipeline's order; those of `guardItem`, which judges
 * single items. None: it can never move anything. `null`: its own stage is not there.
 */
export function sourcesOf<S extends StageOfPipeline>(trigger: Reach, stages: readonly S[]): S[] | null {
  const target = stages.findIndex(({ stageId }) => stageId === trigger.stageId)
  if (target < 0) return null
  return stages.filter(({ stageId, semantics }, index) => {
    if (index === target) return false
    if (trigger.fromStages.length > 0 && !trigger.fromStages.includes(stageId)) return false
    return trigger.allowMovingBack || (semantics === 'process' && index < target)
  })
}

/** Can the trigger, as it is set, never move anything? */
export function movesNothing(trigger: Reach, stages: readonly StageOfPipeline[]): boolean {
  return sourcesOf(trigger, stages)?.length === 0
}

/**
 * E-mails are linked to clients, and to deals and leads; items of other types are found through their client (`triggers.md`, Which items
 * move). Of a type without a client field only those are left in which the e-mail itself was written.
 */
export function missesClients(kind: string, { hasClient }: { hasClient: boolean }): boolean {
  return kind.startsWith('email-') && !hasClient
}
