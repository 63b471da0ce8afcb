import { parseStages, stageEntityId } from '../../bitrix24/directory/stages.ts'
import { phpList } from '../../bitrix24/php-list.ts'
import type { Pipeline } from './fetch-plan.ts'
import type { Question } from './question.ts'
import type { PortalSnapshot } from './snapshot.ts'

/** The stages of a pipeline; an empty list where there is no such pipeline. */
export function askStages(snapshot: PortalSnapshot, { entityTypeId, categoryId }: Pipeline): Question {
  const directory = stageEntityId(entityTypeId, categoryId)
  const about = [`stages ${directory}`] as const
  return {
    command: { method: 'crm.status.list', params: { filter: { ENTITY_ID: directory }, order: { SORT: 'ASC' } } },
    about,
    keep(result) {
      const rows = phpList(result)
      const stages = parseStages(rows ?? [])
      const isOther = !rows?.every((row) => isOfDirectory(row, directory)) || (stages.length === 0 && rows.length > 0)
      if (isOther) return about
      snapshot.stages.set(directory, stages)
      return []
    },
  }
}

function isOfDirectory(row: unknown, directory: string): boolean {
  const { ENTITY_ID = directory } = (row ?? {}) as { ENTITY_ID?: unknown }
  return ENTITY_ID === directory
}
