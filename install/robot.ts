import type { PortalClient } from '../lib/bitrix24/client/portal-clients.ts'
import type { PortalError } from '../lib/bitrix24/errors/errors.ts'
import { passingOf } from '../lib/bitrix24/errors/passing.ts'
import type { Portal } from '../lib/domain/portal.ts'
import { missingText } from '../lib/texts/missing-text.ts'
import { translations } from '../lib/texts/translate.ts'
import { done, type StepOutcome, skipped } from './step.ts'
import { refusedStep, stepOfError } from './step-errors.ts'

/** Names our automation rule to the portal, for ever: rules that people have set up refer to it. */
export const ROBOT_CODE = 'stagecue_tracked_link'

/** Where it is offered: leads, deals, estimates, smart invoices, smart processes (`platform.md` 5.10). */
const documents = [
  ['crm', 'CCrmDocumentLead'],
  ['crm', 'CCrmDocumentDeal'],
  ['crm', 'Bitrix\\Crm\\Integration\\BizProc\\Document\\Quote'],
  ['crm', 'Bitrix\\Crm\\Integration\\BizProc\\Document\\SmartInvoice'],
  ['crm', 'Bitrix\\Crm\\Integration\\BizProc\\Document\\Dynamic'],
]

/**
 * How the rule stands: there; the scope is not granted; the portal's plan has no automation, so that its methods do not exist although the
 * scope is granted (`platform.md` 5.10); or refused.
 */
type Put =
  | Readonly<{ outcome: 'there' | 'no-scope' | 'no-automation' }>
  | Readonly<{ outcome: 'refused'; error: PortalError }>

/** The step of the installation that registers the automation rule. */
export async function robotStep(
  client: PortalClient,
  portal: Pick<Portal, 'scope'>,
  publicUrl: string,
): Promise<StepOutcome> {
  try {
    const put = await putRobot(async () => client, portal, publicUrl)
    if (put.outcome === 'refused') return refusedStep(put.error)
    if (put.outcome === 'no-scope') return skipped(missingText.bizproc)
    return put.outcome === 'there' ? done('install.robot.done') : skipped('install.robot.no-automation')
  } catch (error) {
    return stepOfError(error)
  }
}

/**
 * Registers the automation rule "Tracked link", which gives a link for the text of the rule behind it. Where it is registered already
 * it is brought up to date, as our address may have changed; deleting it would break the rules that people have set up. One
 * request; `connect` is asked only if the scope is there. Throws `PortalError` when the portal does not answer.
 */
export async function putRobot(
  connect: () => Promise<PortalClient>,
  portal: Pick<Portal, 'scope'>,
  publicUrl: string,
): Promise<Put> {
  if (!portal.scope.includes('bizproc')) return { outcome: 'no-scope' }
  const client = await connect()
  const FIELDS = robotFields(`${publicUrl}/robots/tracked-link`, client.userId)
  const { results } = await client.batch({
    add: { method: 'bizproc.robot.add', params: { CODE: ROBOT_CODE, ...FIELDS } },
    update: { method: 'bizproc.robot.update', params: { CODE: ROBOT_CODE, FIELDS } },
  })
  const { add, update } = results
  if (add?.ok || update?.ok || !add || !update) return { outcome: 'there' }
  if (add.error.code === 'ERROR_METHOD_NOT_FOUND') return { outcome: 'no-automation' }
  const isThere = add.error.code === 'ERROR_ACTIVITY_ALREADY_INSTALLED'
  const error = isThere ? update.error : add.error
  const fault = passingOf([error])
  if (fault) throw fault
  return { outcome: 'refused', error }
}

/** What the rule is called with and gives back; the portal's tokens in its calls are those of `userId`. */
function robotFields(handler: string, userId: number) {
  const text = { Type: 'string', Multiple: 'N' }
  return {
    HANDLER: handler,
    AUTH_USER_ID: userId,
    USE_SUBSCRIPTION: 'Y',
    NAME: translations('robot.name'),
    DESCRIPTION: translations('robot.description'),
    PROPERTIES: {
      target: {
        ...text,
        Required: 'Y',
        Name: translations('robot.target'),
        Description: translations('robot.targetHint'),
      },
    },
    RETURN_PROPERTIES: { link: { ...text, Name: translations('robot.link') } },
    FILTER: { INCLUDE: documents },
  }
}
