import { renewAtOAuth } from '../bitrix24/auth/oauth.ts'
import { AccessRevokedError, AppRemovedError, PortalError } from '../bitrix24/errors/errors.ts'
import type { Config } from '../config.ts'
import { type Finding, fault, fine } from './finding.ts'

const about = 'application keys'

/** A refresh token that nobody has: a server that refuses it has taken the application's keys for its own. */
const NOBODYS_TOKEN = 'stagecue.doctor'

/** Asks each OAuth server for an access that does not exist; which of the two it refuses, keys or token, tells whether it knows the keys. */
export async function oauthFindings(config: Config, clock: () => Date): Promise<readonly Finding[]> {
  const { oauthServers } = config
  const asked = await Promise.all(oauthServers.map((server) => ask(config, clock, server)))
  const strangers = oauthServers.filter((_, index) => asked[index] === null)
  const findings = asked.filter((finding) => finding !== null)
  // An application may be known to one of the servers only: it serves the portals of that one.
  if (strangers.length === 0 || findings.some(({ ok }) => ok)) return findings
  return [...findings, fault(about, `The keys are not known to ${strangers.join(' and ')}.`, copyAnew)]
}

const copyAnew = 'Copy B24_CLIENT_ID and B24_CLIENT_SECRET anew from the portal or the partner cabinet.'

/** `null`: the server does not know the keys. */
async function ask(config: Config, clock: () => Date, server: string): Promise<Finding | null> {
  try {
    await renewAtOAuth({ config, clock }, server, NOBODYS_TOKEN)
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    if (error instanceof AccessRevokedError) return fine(about, `known to ${server}`)
    if (error instanceof AppRemovedError) return null
    return fault(
      about,
      `${server} gives no answer that can be read (${error.code}).`,
      'Let this machine reach it over HTTPS: see to DNS, firewall and proxy.',
    )
  }
  return fault(
    about,
    `${server} gives an access for a token that nobody has.`,
    'Let B24_OAUTH_SERVERS name servers of Bitrix24 alone.',
  )
}
