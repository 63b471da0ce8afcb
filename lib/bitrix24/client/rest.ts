import type { PortalError } from '../errors/errors.ts'

/** Parameters of a REST method, as JSON; in a batch they become PHP-style query keys. */
export type Params = { readonly [name: string]: unknown }

/** One REST command. In a batch a parameter may be a `Reference` to the answer of an earlier one (`command.ts`). */
export type Command = Readonly<{ method: string; params?: Params }>

/** What one command of a batch came to. */
export type CommandResult =
  | Readonly<{ ok: true; result: unknown; total?: number; next?: number }>
  | Readonly<{ ok: false; error: PortalError }>

/** Results by the names that were given. */
export type BatchAnswer = Readonly<{
  results: Readonly<Record<string, CommandResult>>
  /** Our `bx24_request_id`, for the journal. */
  requestId: string
}>

/** Who waits for the answer: background work may use 40 of the portal's burst of 50, people have 10 and what work leaves idle (`design.md` 3). */
export type Priority = 'work' | 'page'
