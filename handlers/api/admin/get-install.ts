import { z } from 'zod'
import type { Services } from '../../../lib/services.ts'
import { findInstallSteps } from '../../../lib/store/portals.ts'
import { type TextKey, translate } from '../../../lib/texts/translate.ts'
import type { SessionHandler } from '../../http/session.ts'

const stepSchema = z.object({
  id: z.string(),
  status: z.enum(['done', 'skipped', 'failed', 'waiting']),
  detail: z.object({ key: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])).optional() }),
})

/** `GET /api/install`: how far the last installation came, what was answered, and what the portal grants: to go on from there. */
export function getInstall({ db }: Services): SessionHandler {
  return async ({ portal: { memberId, settings, scope }, language }, _request, response) => {
    const kept = z.array(stepSchema).parse(await findInstallSteps(db, memberId))
    const steps = kept.map(({ id, status, detail }) => {
      return { id, status, detail: translate(language, detail.key as TextKey, detail.params) }
    })
    const ready = steps.length > 0 && steps.slice(0, 4).every(({ status }) => status === 'done')
    response.json({ steps, ready, delegate: steps.length > 0 ? settings.delegate : null, scope })
  }
}
