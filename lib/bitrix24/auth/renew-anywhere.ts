import { AccessRevokedError, PortalError } from '../errors/errors.ts'
import { isUnpaid, type OAuthAnswer, type OAuthDeps, renewAtOAuth } from './oauth.ts'

/** What an OAuth server answered, and which one it was (its origin). */
export type Renewed = OAuthAnswer & Readonly<{ oauthServer: string }>

/**
 * Asks the servers one after the other until one renews the access: which of Bitrix24's two a portal belongs to is not always known, and
 * to the other one its tokens are nothing (`platform.md` 2.1). A refusal counts only if each of them was heard: when one gave no
 * answer, that is thrown, and nothing is decided. Else `AccessRevokedError` if one of them refused the token, or what they said.
 */
export async function renewAnywhere(
  deps: OAuthDeps,
  servers: readonly string[],
  refreshToken: string,
): Promise<Renewed> {
  const failures: PortalError[] = []
  for (const oauthServer of servers) {
    try {
      return { ...(await renewAtOAuth(deps, oauthServer, refreshToken)), oauthServer }
    } catch (error) {
      // Who asks for money knows the portal.
      if (!(error instanceof PortalError) || isUnpaid(error)) throw error
      failures.push(error)
    }
  }
  throw (
    failures.find(({ retriable }) => retriable) ??
    failures.find((error) => error instanceof AccessRevokedError) ??
    failures[0]
  )
}
