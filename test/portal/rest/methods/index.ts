import type { PortalState } from '../../state.ts'
import type { Method, Methods } from '../method.ts'
import { app } from './app.ts'
import { bizproc } from './bizproc.ts'
import { crmActivity } from './crm-activity.ts'
import { crmAutomation } from './crm-automation.ts'
import { crmDirectory } from './crm-directory.ts'
import { crmItem } from './crm-item.ts'
import { crmItemUpdate } from './crm-item-update.ts'
import { crmStageHistory } from './crm-stage-history.ts'
import { crmStatus } from './crm-status.ts'
import { crmTimeline } from './crm-timeline.ts'
import { crmWebform } from './crm-webform.ts'
import { event } from './event.ts'
import { imopenlines } from './imopenlines.ts'
import { introspection } from './introspection.ts'
import { option } from './option.ts'
import { placement } from './placement.ts'
import { telephony } from './telephony.ts'
import { user } from './user.ts'

/** All methods by name in lower case. `batch` is not among them: it is a way of calling, see `batch.ts`. */
export const METHODS: Methods = {
  ...app,
  ...bizproc,
  ...crmActivity,
  ...crmAutomation,
  ...crmDirectory,
  ...crmItem,
  ...crmItemUpdate,
  ...crmStageHistory,
  ...crmStatus,
  ...crmTimeline,
  ...crmWebform,
  ...event,
  ...imopenlines,
  ...introspection(findMethod),
  ...option,
  ...placement,
  ...telephony,
  ...user,
}

/** Rules and their answers exist only where the plan has automation, though the scope is granted (platform.md 5.10). */
const AUTOMATION = /^bizproc\.(robot\.|event\.send$)/

function isMissing({ switches }: PortalState, name: string): boolean {
  if (name === 'crm.webform.list') return switches.webformList !== 'available'
  return switches.automationFeature === 'missing' && AUTOMATION.test(name)
}

/** A method the portal knows; some are there only by a switch. */
export function findMethod(portal: PortalState, name: string): Method | undefined {
  if (isMissing(portal, name)) return undefined
  return Object.hasOwn(METHODS, name) ? METHODS[name] : undefined
}
