import { hit } from '../events/hit.ts'
import type { PortalState } from '../state.ts'
import * as activity from './activity.ts'
import * as call from './call.ts'
import * as chat from './chat.ts'
import * as form from './form.ts'
import * as item from './item.ts'
import * as mail from './mail.ts'
import * as portal from './portal.ts'
import * as settings from './settings.ts'
import * as structure from './structure.ts'

const ACTS = { ...activity, ...call, ...chat, ...form, ...item, ...mail, ...portal, ...settings, ...structure }

type Bound<F> = F extends (portal: PortalState, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never

/** What customers, employees and administrators do: each changes the world and raises the events of a real portal. */
export type Acts = { [Name in keyof typeof ACTS]: Bound<(typeof ACTS)[Name]> }

/** The acts of one portal, without the first parameter; each is one hit. */
export function bindActs(portal: PortalState): Acts {
  const bound = Object.entries(ACTS).map(([name, act]) => [
    name,
    (...rest: unknown[]) => hit(() => (act as (...all: unknown[]) => unknown)(portal, ...rest)),
  ])
  return Object.fromEntries(bound) as Acts
}
