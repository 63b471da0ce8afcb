import { AccessRevokedError, AppRemovedError, PortalError } from '../../bitrix24/errors/errors.ts'
import type { JobContext } from '../../engine/context.ts'
import { type Access, findAccess, listAccess, openTokens } from '../../store/access.ts'
import type { Sealer } from '../../store/sealing.ts'

/**
 * What those say whose access we hold about an uninstallation. `gone`: an administrator's access is refused for good, and nobody
 * answers. `no-witness`: nobody answers, but nobody was refused whose word counts.
 */
export type Testimony = 'gone' | 'answers' | 'silent' | 'no-witness'

/** How many are asked of administrators, and of the others: a portal of hundreds need not be asked for each of them. */
const mostAsked = 10

/** Work may have lost an access before the event of the uninstallation was looked into, milliseconds. */
const lately = 3_600_000

/** Codes that say that the app is not there; the others of `AppRemovedError` say that it is not paid for. */
const goneCodes = new Set(['PORTAL_DELETED', 'APPLICATION_NOT_FOUND', 'invalid_client'])

/** Codes that concern the token or the person, not the app (`platform.md` 7). */
const personalCodes = new Set(['expired_token', 'ACCESS_DENIED', 'authorization_error', 'user_access_error'])

/**
 * Asks the portal whether the app is still there: administrators first, the installer before them. Only an administrator's renewable
 * access that is refused for good is a witness (`design.md` 7). Whoever opens a page may show a refresh token that he made up, so a
 * pair that no OAuth server gave us proves by its access token only, which the portal itself accepted once.
 */
export async function askProbedUsers(
  context: JobContext,
  { sealer, heardAt }: { sealer: Sealer; heardAt: Date },
): Promise<Testimony> {
  const all = await listAccess(context.db, context.portal.memberId)
  const since = new Date(heardAt.getTime() - lately)
  let isWitnessed = all.some(({ admin, renewed, lostAt }) => admin && renewed && lostAt !== null && lostAt >= since)
  for (const access of inOrder(all, context.portal.installerId)) {
    const answer = await askAs(context, sealer, access)
    if (answer === 'answers' || answer === 'silent') return answer
    if (answer === 'refused' && access.admin && access.sealed.refreshToken !== null) isWitnessed = true
  }
  return isWitnessed ? 'gone' : 'no-witness'
}

/** Administrators, the installer first, then the others; of each sort those whose access was used last. */
function inOrder(all: readonly Access[], installerId: number | null): Access[] {
  const live = all
    .filter((access) => access.live)
    .toSorted((one, other) => other.usedAt.getTime() - one.usedAt.getTime())
    .toSorted((one, other) => Number(other.userId === installerId) - Number(one.userId === installerId))
  const administrators = live.filter(({ admin }) => admin)
  const others = live.filter(({ admin }) => !admin)
  return [...administrators.slice(0, mostAsked), ...others.slice(0, mostAsked)]
}

/** `refused`: for good, and it counts; `unknown`: it says nothing of the app. */
type Answer = 'refused' | 'answers' | 'silent' | 'unknown'

async function askAs(context: JobContext, sealer: Sealer, access: Access): Promise<Answer> {
  const answer = access.renewed ? 'unknown' : await askBare(context, sealer, access)
  return answer === 'unknown' ? askRenewing(context, access) : answer
}

/** Only what the portal says to the token that it accepted when it was shown. */
async function askBare(context: JobContext, sealer: Sealer, access: Access): Promise<Answer> {
  try {
    await context.clients.callWith(context.portal, openTokens(sealer, access).accessToken, { method: 'app.info' })
    return 'answers'
  } catch (error) {
    return error instanceof AccessRevokedError && !personalCodes.has(error.code) ? 'refused' : judge(error)
  }
}

/** Whether it is refused for good the OAuth server says, which has marked it dead by then. */
async function askRenewing(context: JobContext, { portal, userId, renewed }: Access): Promise<Answer> {
  try {
    const client = await context.clients.as(portal, userId, 'work')
    await client.call('app.info')
    return 'answers'
  } catch (error) {
    const isDead = error instanceof AccessRevokedError && (await findAccess(context.db, portal, userId))?.live !== true
    const answer = isDead ? 'refused' : judge(error)
    return answer === 'refused' && !renewed ? 'unknown' : answer
  }
}

function judge(error: unknown): Answer {
  if (!(error instanceof PortalError)) throw error
  if (error instanceof AccessRevokedError || personalCodes.has(error.code)) return 'unknown'
  if (error instanceof AppRemovedError) return goneCodes.has(error.code) ? 'refused' : 'silent'
  return error.retriable ? 'silent' : 'answers'
}
