import type { AccessAtHome } from '../../store/acting-users.ts'
import type { Exchanged } from '../auth/exchange.ts'
import type { VerifiedUser } from '../auth/verify-token.ts'
import type { BudgetState } from '../rate-limit/budget.ts'
import type { BudgetSums } from '../rate-limit/budget-sums.ts'
import type { BatchAnswer, Command, CommandResult, Params, Priority } from './rest.ts'
import type { PortalRef } from './token-connection.ts'

/** REST of one portal under one user's name. Every call is one HTTP request. */
export interface PortalClient {
  readonly portal: string
  /** Who makes the requests; a reader's may change when an access dies and another administrator's takes its place. */
  readonly userId: number
  /** Throws `PortalError` when the request failed as a whole. */
  call(method: string, params?: Params): Promise<CommandResult & { ok: true }>
  /**
   * At most 50 commands; a refused command does not stop the others. Throws `PortalError` when the request failed as a whole:
   * `UnknownOutcomeError` when the portal may have acted. What could not be sent until `notAfter`, for want of leave or because the process
   * stood still, is not sent any more: `PortalUnavailableError`.
   */
  batch(commands: Readonly<Record<string, Command>>, notAfter?: Date): Promise<BatchAnswer>
}

/** Gives clients; holds what all clients of a portal share (request budget, refresh). */
export interface PortalClients {
  /** Throws `AccessRevokedError` when there is no live access of that user. `known`: it was read a moment ago. */
  as(portal: string, userId: number, priority: Priority, known?: AccessAtHome): Promise<PortalClient>
  /**
   * Reads: the installer, else the administrator whose access was used last. Throws `AccessRevokedError` when there is none. `known`: who reads was
   * found out a moment ago; null: nobody.
   */
  asReader(portal: string, priority: Priority, known?: AccessAtHome | null): Promise<PortalClient>
  /** Whose access token this is, asked at a proven address: `verify-token.ts`. */
  verify(at: PortalRef, accessToken: string, priority?: Priority): Promise<VerifiedUser>
  /** The same of somebody who opens a page: whether he is a guest, too. Waits behind people who are proven, and longer than they. */
  verifyVisitor(at: PortalRef, accessToken: string): Promise<VerifiedUser>
  /** One call with an access token that came with a request, at a proven address: `call-with-token.ts`. */
  callWith(at: PortalRef, accessToken: string, command: Command): Promise<unknown>
  /** Commands, as work, with such a token: `batch-with-token.ts`. */
  batchWith(
    at: PortalRef,
    accessToken: string,
    commands: Readonly<Record<string, Command>>,
  ): Promise<BatchAnswer['results']>
  /** What an OAuth server knows of a refresh token: `exchange.ts`; failures are limited over all portals: `limit-exchanges.ts`. */
  exchange(serverEndpoint: string | undefined, refreshToken: string, priority?: Priority): Promise<Exchanged>
  /** Renews an access that was not used for long, so that it does not end. Throws as `refresh-access.ts` says. */
  renew(portal: string, userId: number): Promise<void>
  /** The request budget of a portal as this process last saw it. */
  state(portal: string): BudgetState
  /** As it is now, all processes together. Throws when the database does not answer. */
  budgetState(portal: string): Promise<BudgetState>
  /** What this process has asked of all portals, for metrics. */
  sums(): BudgetSums
  /** How many answers did not look as we know them, by method; of this process. */
  drift(): ReadonlyMap<string, number>
  /** Ends connections and writes the rest of the log of requests. */
  close(): Promise<void>
}
