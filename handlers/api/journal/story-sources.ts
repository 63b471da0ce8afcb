import type { Story, TriggerSetting } from '../../../lib/api/journal-entry.ts'
import type { Origin } from '../../../lib/domain/occurrence.ts'
import type { Db } from '../../../lib/store/database.ts'
import { listTriggerVersions, type TriggerVersion } from '../../../lib/store/triggers.ts'

/** One entry's part in a page: whose setting is wanted as it was at a moment, and who came first instead. */
export type StorySource = {
  triggerId: string
  /** ISO 8601 UTC. */
  at: string
  event: Record<string, unknown>
  decision: Record<string, unknown>
  origin: Origin | null
}

/** What the triggers of a page were set to, in one look. */
export async function readStories(db: Db, portal: string, page: readonly StorySource[]): Promise<Story[]> {
  const ids = page.flatMap(({ triggerId, decision }) => [triggerId, ...winnerOf(decision)])
  const versions = Map.groupBy(
    await listTriggerVersions(
      db,
      portal,
      [...new Set(ids)].filter((id) => /^[1-9]\d*$/.test(id)),
    ),
    ({ triggerId }) => triggerId,
  )
  return page.map(({ triggerId, at, event, decision, origin }) => {
    const [winnerId] = winnerOf(decision)
    return {
      event,
      decision,
      activityId: origin?.activityId ?? null,
      refs: origin?.refs ?? [],
      setting: settingAt(versions.get(triggerId) ?? [], at),
      winner:
        winnerId === undefined ? null : { id: winnerId, name: versions.get(winnerId)?.at(-1)?.setting.name ?? '' },
    }
  })
}

/** Which trigger the decision gave way to, if any. */
function winnerOf({ triggerId }: Record<string, unknown>): string[] {
  return typeof triggerId === 'string' || typeof triggerId === 'number' ? [String(triggerId)] : []
}

/** The version of that moment; of a trigger whose first version is younger, that one. */
function settingAt(versions: readonly TriggerVersion[], at: string): TriggerSetting | null {
  const found = versions.findLast(({ changedAt }) => changedAt <= at) ?? versions[0]
  return found ? settingOf(found.setting) : null
}

export function settingOf(trigger: TriggerSetting): TriggerSetting {
  const { kind, entityTypeId, categoryId, stageId, fromStages, changeStageAs, allowMovingBack } = trigger
  const { fields, whenSeveral, viaClient, ifNoAccess, mode } = trigger
  const place = { kind, entityTypeId, categoryId, stageId, fromStages, changeStageAs, allowMovingBack }
  return { ...place, fields, whenSeveral, viaClient, ifNoAccess, mode }
}
