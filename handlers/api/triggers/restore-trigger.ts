import type { ReadyTrigger } from '../../../lib/domain/trigger.ts'
import type { Services } from '../../../lib/services.ts'
import { findTriggerHistory } from '../../../lib/store/triggers.ts'
import { mayKeepUser } from '../../../lib/trigger-settings/acting-user.ts'
import { restoreTrigger as restore } from '../../../lib/trigger-settings/restore-trigger.ts'
import { inputOf } from '../../../lib/trigger-settings/settings.ts'
import { ApiError } from '../../http/api-error.ts'
import { readId } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { countedJson } from './get-trigger.ts'
import { mustFit } from './must-fit.ts'
import { tooManyTriggers } from './must-make.ts'

/**
 * `POST /api/triggers/:id/restore`: brings a deleted trigger back as it was, with its journal; 409 when it is there. What happened
 * while it was gone counts no more for it than for one that was switched off.
 */
export function restoreTrigger(services: Services): SessionHandler {
  return async (session, request, response) => {
    const { memberId } = session.portal
    const [deletion, last] = await findTriggerHistory(services.db, memberId, String(readId(request)), 2)
    if (!deletion) throw new ApiError('not-found')
    if (deletion.trigger !== null || !last?.trigger) throw new ApiError('conflict')
    const before = last.trigger
    // Whoever may have deleted it changes nothing of whom it acts as.
    await mustFit(services, session, inputOf(before), (settings) => {
      return settings !== null && mayKeepUser(before, settings)
    })

    const trigger = restored(before, deletion.version + 1, services.clock())
    const outcome = await restore(services, session, trigger)
    if (outcome === 'no-room') throw tooManyTriggers()
    if (outcome === 'there') throw new ApiError('conflict')
    response.status(201).json(await countedJson(services, memberId, trigger))
  }
}

function restored(before: ReadyTrigger, version: number, now: Date): ReadyTrigger {
  const at = now.toISOString()
  return { ...before, version, updatedAt: at, readyAt: at, attention: null }
}
