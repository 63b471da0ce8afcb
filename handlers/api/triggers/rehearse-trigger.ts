import { z } from 'zod'
import type { Entry } from '../../../lib/api/journal-entry.ts'
import { largestId } from '../../../lib/domain/ids.ts'
import type { ReadyTrigger } from '../../../lib/domain/trigger.ts'
import { canBeRehearsed, type Rehearsed, rehearse } from '../../../lib/engine/decide/rehearse.ts'
import type { Services } from '../../../lib/services.ts'
import { newTrigger } from '../../../lib/trigger-settings/settings.ts'
import { newTriggerSchema } from '../../../lib/trigger-settings/trigger-schema.ts'
import { ApiError } from '../../http/api-error.ts'
import { readBody } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { settingOf } from '../journal/story-sources.ts'
import { withTitles } from '../journal/with-titles.ts'
import { mustFit } from './must-fit.ts'

const id = z.int().min(1).max(largestId)
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())

export const bodySchema = z.union([
  z.strictObject({ trigger: newTriggerSchema, since: moment }),
  z.strictObject({ trigger: newTriggerSchema, item: z.strictObject({ entityTypeId: id, id }) }),
])

/** `POST /api/triggers/rehearse`: what a trigger, made or not, would have done about what happened; changes nothing. */
export function rehearseTrigger(services: Services): SessionHandler {
  return async (session, request, response) => {
    const { trigger: input, ...scope } = readBody(bodySchema, request)
    // A rehearsal acts in nobody's name.
    const settings = await mustFit(services, session, input, () => true)
    if (!canBeRehearsed(settings.kind)) {
      throw new ApiError('invalid', { faults: { 'trigger.kind': { key: 'errors.cannot-rehearse' } } })
    }
    const { portal, user } = session
    const now = services.clock()
    const watching = { ...settings, mode: 'watch', enabled: true } as const
    const trigger: ReadyTrigger = { id: '0', ...newTrigger(watching, user.userId, now) }
    const client = await services.clients.asReader(portal.memberId, 'page')
    const rehearsed = await rehearse({ ...services.engine, portal }, client, trigger, scope)
    const entries = rehearsed.map((one, index) => entryOf(one, index, trigger, now))
    response.json({ entries: await withTitles(services, session, entries) })
  }
}

function entryOf({ occurrence, decision }: Rehearsed, index: number, trigger: ReadyTrigger, now: Date): Entry {
  const { kind, key, at, source, facts, origin } = occurrence
  const { item, move } = decision
  return {
    id: `rehearsal:${index}`,
    at: now.toISOString(),
    occurrence: { kind, key, at, source, facts: { ...facts, ...decision.facts } },
    trigger: decision.trigger,
    item,
    outcome: decision.outcome,
    reason: decision.reason,
    move,
    undone: null,
    corrected: null,
    story: { event: facts, decision: decision.facts, ...origin, setting: settingOf(trigger), winner: null },
  }
}
