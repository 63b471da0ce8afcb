import type { PortalState } from '../../state.ts'
import type { Client } from '../clients.ts'

/** One button: who does what. `run` throws an Error with a text for people when it cannot be done now. */
interface Act {
  label: string
  /** What is told afterwards, after the client's name or `who`. */
  told: string
  /** Who does it, where it is not the client. */
  who?: string
  run(portal: PortalState, client: Client, choice: string): unknown
}

/** Buttons that belong together, and what is chosen beside them. */
export interface ActGroup {
  title: string
  choice?: { label: string; from: 'lines' | 'forms' | 'channels' | 'processes' } | { label: string; text: string }
  acts: Record<string, Act>
}
