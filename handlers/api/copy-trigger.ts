import type { ReadyTrigger } from '../../lib/triggers/trigger.ts'
import type { Stagecue } from '../../lib/wire.ts'
import { ApiError } from '../http/api-error.ts'
import { readBody, readId } from '../http/read-input.ts'
import type { Session, SessionHandler } from '../http/session.ts'
import { checkTrigger } from './check-trigger.ts'
import { triggerOf } from './get-trigger.ts'
import { makeTrigger } from './post-trigger.ts'
import { settingsOf, triggerJson } from './trigger-json.ts'
import { copySchema, type TriggerInput } from './trigger-schema.ts'

/** `POST /api/triggers/:id/copy`: the same in another place, switched off; `dropped` names what that place cannot keep. */
export function copyTrigger(stagecue: Stagecue): SessionHandler {
  return async (session, request, response) => {
    const original = await triggerOf(stagecue, session.portal.memberId, readId(request))
    const input = { ...inputOf(original), ...readBody(copySchema, request), enabled: false }
    const { checked, dropped } = await checkDropping(stagecue, session, input)
    const settings = settingsOf(input, checked.kind, checked.fields, session.language)
    const trigger = await makeTrigger(stagecue, session, settings)
    response.status(201).json({ trigger: triggerJson(trigger), dropped })
  }
}

/** Checks the copy; what may be left out and does not fit is taken from `input`, anything else is 422. */
async function checkDropping(stagecue: Stagecue, session: Session, input: TriggerInput) {
  const dropped: string[] = []
  for (;;) {
    const checked = await checkTrigger(stagecue, session, input, false)
    if (checked.ok) return { checked, dropped }
    const now = Object.keys(checked.faults).map((path) => drop(input, path))
    if (now.some((path) => path === null || dropped.includes(path))) {
      throw new ApiError('invalid', { faults: checked.faults })
    }
    dropped.push(...(now as string[]))
  }
}

/** Takes a part out of a trigger; `null`: it cannot be without. */
function drop(input: TriggerInput, path: string): string | null {
  const [first, second] = path.split('.')
  if (first === 'fromStages') input.fromStages = []
  else if (first === 'changeStageAs') input.changeStageAs = { type: 'responsible' }
  else if (first === 'fields' && second !== undefined && second in input.fields) {
    const { [second]: _, ...others } = input.fields
    input.fields = others
    return `fields.${second}`
  } else return null
  return first
}

function inputOf(trigger: ReadyTrigger): TriggerInput {
  const { kind, name, entityTypeId, categoryId, stageId, fromStages, changeStageAs, allowMovingBack } = trigger
  const { fields, whenSeveral, viaClient, ifNoAccess, mode, enabled } = trigger
  const place = { kind, name, entityTypeId, categoryId, stageId, fromStages, changeStageAs, allowMovingBack }
  return { ...place, fields, whenSeveral, viaClient, ifNoAccess, mode, enabled }
}
