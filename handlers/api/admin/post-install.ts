import { z } from 'zod'
import { runInstallation } from '../../../install/run-installation.ts'
import { stepIds } from '../../../lib/domain/install-step.ts'
import type { Services } from '../../../lib/services.ts'
import { translate } from '../../../lib/texts/translate.ts'
import { readBody } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'

export const bodySchema = z.strictObject({ delegate: z.boolean() })

/** `POST /api/install`: runs the installation's steps and says how each went; may be run again at any time. */
export function postInstall(services: Services): SessionHandler {
  return async ({ portal, user, language }, request, response) => {
    const { delegate } = readBody(bodySchema, request)
    const { memberId } = portal
    const { steps, ready } = await runInstallation(services, { memberId, userId: user.userId, delegate })
    const shown = stepIds.map((id) => {
      const { status, detail } = steps[id]
      return { id, status, detail: translate(language, detail.key, detail.params) }
    })
    response.json({ steps: shown, ready })
  }
}
