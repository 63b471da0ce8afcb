import { z } from 'zod'
import type { PreviewedTrigger } from '../../../lib/api/trigger.ts'
import type { ItemType } from '../../../lib/bitrix24/directory/item-types.ts'
import type { Services } from '../../../lib/services.ts'
import { listTriggers } from '../../../lib/store/triggers.ts'
import { checkDropping, type Dropping } from '../../../lib/trigger-settings/check-dropping.ts'
import { hasRoom } from '../../../lib/trigger-settings/room.ts'
import { newTriggerSchema, type TriggerInput } from '../../../lib/trigger-settings/trigger-schema.ts'
import { readBody } from '../../http/read-input.ts'
import type { Session, SessionHandler } from '../../http/session.ts'
import { readTypes } from '../directory/read-types.ts'
import { exportVersion } from './export-triggers.ts'
import { mustMake, tooManyTriggers } from './must-make.ts'
import { ownName } from './own-name.ts'
import { type TriggerJson, triggerJson } from './trigger-json.ts'

export const bodySchema = z.strictObject({
  version: z.literal(exportVersion),
  exportedAt: z.unknown().optional(),
  /** Only says what an import would make. */
  preview: z.boolean().optional(),
  /** Gives a trigger whose name is taken in its pipeline the name of a copy. */
  markCopies: z.boolean().optional(),
  triggers: z.array(newTriggerSchema).max(1000),
})

/** Who imports, into which portal. */
type Importing = { services: Services; session: Session; types: readonly ItemType[] }

/** What this portal cannot take over: of which trigger, which field, and the value that it had. */
type Unmapped = { name: string; field: string; value: unknown }

/**
 * `POST /api/import`: makes the triggers of an export, all switched off. What does not exist here is left out and told; a trigger
 * whose place does not exist is not made. A chosen user becomes the responsible person: ids mean other people elsewhere.
 */
export function importTriggers(services: Services): SessionHandler {
  return async (session, request, response) => {
    const { triggers, preview, markCopies = false } = readBody(bodySchema, request)
    const types = await readTypes(services, session.portal.memberId)
    if (preview) return void response.json(await previewOf({ services, session, types }, triggers))
    if (!(await hasRoom(services.db, session.portal.memberId, triggers.length))) throw tooManyTriggers()
    const created: TriggerJson[] = []
    const unmapped: Unmapped[] = []
    for (const input of triggers) {
      const result = await importOne({ services, session, types }, input, markCopies)
      if (result.trigger) created.push(result.trigger)
      unmapped.push(...result.unmapped)
    }
    response.json({ created, unmapped })
  }
}

/** What an import of each trigger would come to, in the order of the file; nothing is made. */
async function previewOf(
  importing: Importing,
  triggers: readonly TriggerInput[],
): Promise<{ triggers: PreviewedTrigger[]; unmapped: Unmapped[] }> {
  const { services, session } = importing
  const known = new Set((await listTriggers(services.db, session.portal.memberId)).map(identityOf))
  const previewed: PreviewedTrigger[] = []
  const unmapped: Unmapped[] = []
  for (const given of triggers) {
    const { fitting, lost } = await fitHere(importing, given)
    const { kind, entityTypeId, categoryId, stageId } = given
    const name = given.name ?? kind
    const exists = known.has(identityOf({ ...given, name }))
    previewed.push({ name, kind, entityTypeId, categoryId, stageId, fits: fitting.ok, exists })
    unmapped.push(...lost)
  }
  return { triggers: previewed, unmapped }
}

type Identified = Pick<PreviewedTrigger, 'name' | 'kind' | 'entityTypeId' | 'categoryId' | 'stageId'>

function identityOf({ name, kind, entityTypeId, categoryId, stageId }: Identified): string {
  return JSON.stringify([name, kind, entityTypeId, categoryId, stageId])
}

async function importOne(
  importing: Importing,
  given: TriggerInput,
  markCopies: boolean,
): Promise<{ trigger: TriggerJson | null; unmapped: Unmapped[] }> {
  const { fitting, lost } = await fitHere(importing, given)
  if (!fitting.ok) return { trigger: null, unmapped: lost }
  const { services, session } = importing
  const { memberId } = session.portal
  const settings = markCopies
    ? await ownName(services.db, memberId, fitting.settings, session.language)
    : fitting.settings
  const trigger = triggerJson(await mustMake(services, session, settings))
  return { trigger, unmapped: lost.map((one) => ({ ...one, name: trigger.name })) }
}

/** The trigger as it can be here, switched off, and what it loses by that. */
async function fitHere(
  { services, session, types }: Importing,
  given: TriggerInput,
): Promise<{ fitting: Dropping; lost: Unmapped[] }> {
  const input: TriggerInput = { ...given, changeStageAs: { type: 'responsible' }, enabled: false }
  const fitting = await checkDropping(services, session, types, input)
  const lost = [
    ...(given.changeStageAs.type === 'user' ? ['changeStageAs'] : []),
    ...fitting.dropped,
    ...(fitting.ok ? [] : Object.keys(fitting.faults)),
  ]
  const name = given.name ?? given.kind
  return { fitting, lost: [...new Set(lost)].map((field) => ({ name, field, value: valueAt(given, field) ?? null })) }
}

function valueAt(input: TriggerInput, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], input)
}
