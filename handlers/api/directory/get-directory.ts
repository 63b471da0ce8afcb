import type { ItemType } from '../../../lib/api/item-type.ts'
import type { Services } from '../../../lib/services.ts'
import type { SessionHandler } from '../../http/session.ts'
import { readTypes } from './read-types.ts'

/** `GET /api/directory`: item types, pipelines and stages, in the portal's order. */
export function getDirectory(services: Services): SessionHandler {
  return async ({ portal }, _request, response) => {
    const types = await readTypes(services, portal.memberId)
    response.json(
      types.map(
        ({ entityTypeId, title, hasClient, pipelines }): ItemType => ({
          entityTypeId,
          title,
          hasClient,
          pipelines: pipelines.map((pipeline) => ({
            categoryId: pipeline.categoryId,
            title: pipeline.title,
            stages: pipeline.stages.map(({ stageId, title, color, semantics, canBeTarget }) => {
              return { stageId, title, color, semantics, canBeTarget }
            }),
          })),
        }),
      ),
    )
  }
}
