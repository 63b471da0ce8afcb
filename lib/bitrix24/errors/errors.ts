/** What an operator's log and the journal keep of a refusal. Never tokens; the portal's text is cut (`text.ts`). */
export type ErrorFacts = Readonly<{
  /** The portal's own code where it gave one, else ours in upper case. */
  code: string
  /** The portal's own text, cleaned; may be empty. */
  text?: string
  /** HTTP status; 0 when there was no answer. */
  status?: number
}>

/** Something that the portal or its OAuth server did not do. Carries neither tokens nor request bodies. */
export class PortalError extends Error {
  readonly code: string
  readonly text: string
  readonly status: number
  /** May the same request be sent again later without harm? */
  readonly retriable: boolean = false
  /** Not before this moment; absent: as the caller likes. */
  readonly waitUntil?: Date
  /** What the operator of Stagecue can do. */
  readonly advice: string = 'See the code in the Bitrix24 REST documentation.'

  constructor(facts: ErrorFacts) {
    super(facts.text ? `${facts.code}: ${facts.text}` : facts.code)
    this.name = new.target.name
    this.code = facts.code
    this.text = facts.text ?? ''
    this.status = facts.status ?? 0
  }
}

/** No usable answer, and the portal cannot have changed anything: the request was not sent, or it only reads. */
export class PortalUnavailableError extends PortalError {
  override readonly retriable = true
  override readonly advice = 'Wait; if it lasts, check that the portal and its OAuth server answer from this machine.'
}

/** Too many requests (503), or too much working time of one method (429). Nothing was done. `platform.md` 6. */
export class RateLimitError extends PortalError {
  override readonly retriable = true
  override readonly waitUntil: Date
  /** The only method that must wait; absent: all of this portal. */
  readonly method?: string
  override readonly advice =
    'Nothing to do: work goes on by itself. If it lasts, another application uses the limit up.'

  constructor(facts: ErrorFacts, waitUntil: Date, method?: string) {
    super(facts)
    this.waitUntil = waitUntil
    if (method !== undefined) this.method = method
  }
}

/** The request went out and may have changed something; only looking at the portal can tell (`design.md` 3, rule 5). */
export class UnknownOutcomeError extends PortalError {
  /** What the error was, if the portal then shows that nothing was changed; null: no refusal, the request may be sent again. */
  readonly refusal: PortalError | null
  override readonly advice = 'Nothing to do: Stagecue looks at what the portal shows before it tries again.'

  constructor(facts: ErrorFacts, refusal: PortalError | null = null) {
    super(facts)
    this.refusal = refusal
  }
}

/** The same, and the portal itself says why: a fault of its own, which passes. */
export class PortalFaultError extends UnknownOutcomeError {}

/** No live access of that user: never given, withdrawn, expired, refused by the portal, or the user was dismissed. */
export class AccessRevokedError extends PortalError {
  override readonly advice = 'The user has to open Stagecue in Bitrix24 once.'
}

/** The user may not do this, or the app lacks a scope. */
export class ForbiddenError extends PortalError {
  override readonly advice = 'Give the user the right in Bitrix24, or choose another user.'
}

/** The target stage demands fields that are empty. */
export class RequiredFieldsError extends PortalError {
  /** As the portal names them, in the portal's language; may be empty when its text names none. */
  readonly fields: readonly string[]
  override readonly advice = 'Fill in the fields, or make them optional for that stage.'

  constructor(facts: ErrorFacts, fields: readonly string[]) {
    super(facts)
    this.fields = fields
  }
}

/** What was asked for does not exist (any more). */
export class NotFoundError extends PortalError {}

/** Any other refusal: the same request would be refused again. */
export class RejectedError extends PortalError {}

/** The portal serves this app no longer: deleted, app removed, or not paid for. The code says which. */
export class AppRemovedError extends PortalError {
  override readonly advice =
    'Check that the portal exists, its plan includes REST, and the app is installed and paid for.'
}
