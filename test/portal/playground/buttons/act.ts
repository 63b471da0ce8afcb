import type { PortalState } from '../../state.ts'
import type { Client } from '../clients.ts'
import type { Texts } from '../say.ts'

export type ActId = keyof Texts['acts']

/** What a button does. It throws a `Refusal` when it cannot be done now. */
type Act = (portal: PortalState, client: Client, choice: string) => unknown

/** Buttons that belong together, and what is chosen beside them: out of a list of the portal, or a text. What they are called stands in the texts. */
export interface ActGroup {
  id: keyof Texts['groups']
  choice?:
    | { label: keyof Texts['choices']; from: 'lines' | 'forms' | 'channels' | 'processes' }
    | { label: keyof Texts['choices']; text: keyof Texts['choices'] }
  acts: Partial<Record<ActId, Act>>
}
