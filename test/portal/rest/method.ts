import { setTimeout as sleep } from 'node:timers/promises'
import type { Cause } from '../events/auth.ts'
import type { PortalState } from '../state.ts'
import type { Caller } from './authenticate.ts'
import { GatewayTimeout } from './error.ts'
import type { Params } from './params.ts'

/** One call of one method, alone or inside a batch. */
export interface Call extends Caller {
  portal: PortalState
  method: string
  /** Its name, where it is a command of a batch. */
  command?: string
  params: Params
  /** When the gateway gives up, in milliseconds since 1970. */
  deadline: number
}

/** What a method answers; `total` and `next` stand beside `result`. */
export interface Outcome {
  result: unknown
  total?: number
  next?: number
}

/** A method of the REST API. `scopes`: one of them is enough; `basic` every app has. */
export interface Method {
  scopes: string[]
  /** Built the newer way: faults of the database are told in other words (platform.md 7). */
  universal?: boolean
  /** Closed to guests of the extranet (`allowed_only_intranet_user`). */
  intranetOnly?: boolean
  run(call: Call): Outcome | Promise<Outcome>
}

export type Methods = Record<string, Method>

/** The caller as the cause of events, with the length of the chain that led here (platform.md 10.15). */
export function causeOf({ user, token }: Caller): Cause {
  return { userId: user.id, chain: token.chain }
}

/** Works for some seconds; past the deadline the gateway gives up on the whole request. */
export async function spend(call: Call, seconds: number): Promise<void> {
  if (seconds <= 0) return
  const left = call.deadline - Date.now()
  await sleep(Math.max(0, Math.min(seconds * 1000, left)))
  if (seconds * 1000 >= left) throw new GatewayTimeout()
}
