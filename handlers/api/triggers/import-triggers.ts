import { z } from 'zod'
import type { ItemType } from '../../../lib/bitrix24/directory/item-types.ts'
import type { Services } from '../../../lib/services.ts'
import { checkDropping } from '../../../lib/trigger-settings/check-dropping.ts'
import { newTriggerSchema, type TriggerInput } from '../../../lib/trigger-settings/trigger-schema.ts'
import { readBody } from '../../http/read-input.ts'
import type { Session, SessionHandler } from '../../http/session.ts'
import { readTypes } from '../directory/read-types.ts'
import { exportVersion } from './export-triggers.ts'
import { checkRoom, mustMake } from './must-make.ts'
import { type TriggerJson, triggerJson } from './trigger-json.ts'

const bodySchema = z.strictObject({
  version: z.literal(exportVersion),
  exportedAt: z.unknown().optional(),
  triggers: z.array(newTriggerSchema).max(1000),
})

/** What this portal cannot take over: of which trigger, which field, and the value that it had. */
type Unmapped = { name: string; field: string; value: unknown }

/**
 * `POST /api/import`: makes the triggers of an export, all switched off. What does not exist here is left out and told; a trigger
 * whose place does not exist is not made. A chosen user becomes the responsible person: ids mean other people elsewhere.
 */
export function importTriggers(services: Services): SessionHandler {
  return async (session, request, response) => {
    const { triggers } = readBody(bodySchema, request)
    await checkRoom(services.db, session.portal.memberId, triggers.length)
    const types = await readTypes(services, session.portal.memberId)
    const created: TriggerJson[] = []
    const unmapped: Unmapped[] = []
    for (const input of triggers) {
      const result = await importOne(services, session, types, input)
      if (result.trigger) created.push(result.trigger)
      unmapped.push(...result.unmapped)
    }
    response.json({ created, unmapped })
  }
}

async function importOne(
  services: Services,
  session: Session,
  types: readonly ItemType[],
  given: TriggerInput,
): Promise<{ trigger: TriggerJson | null; unmapped: Unmapped[] }> {
  const input: TriggerInput = { ...given, changeStageAs: { type: 'responsible' }, enabled: false }
  const fitting = await checkDropping(services, session, types, input)
  const lost = [
    ...(given.changeStageAs.type === 'user' ? ['changeStageAs'] : []),
    ...fitting.dropped,
    ...(fitting.ok ? [] : Object.keys(fitting.faults)),
  ]
  const name = given.name ?? given.kind
  const unmapped = [...new Set(lost)].map((field) => ({ name, field, value: valueAt(given, field) ?? null }))
  if (!fitting.ok) return { trigger: null, unmapped }
  return { trigger: triggerJson(await mustMake(services, session, fitting.settings)), unmapped }
}

function valueAt(input: TriggerInput, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], input)
}
