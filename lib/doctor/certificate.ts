import { connect } from 'node:tls'
import { hostOf } from '../bitrix24/address.ts'
import { type Fault, fault } from './finding.ts'

/** What a server showed as its certificate. */
export type Shown = Readonly<{
  /** Why Node does not trust it, as a code of OpenSSL or Node; null: it does. */
  refusedFor: string | null
  validTo: Date
}>

const DAY_MS = 86_400_000

/** Renewals by ACME come thirty days before the end: one that is this late has stopped. */
const SOON_DAYS = 14

/** How long the handshake may take, milliseconds. */
const TIMEOUT_MS = 5000

const renewIt = 'Renew it, and see why that was not done by itself.'

const causes: Readonly<Record<string, [what: string, advice: string]>> = {
  CERT_HAS_EXPIRED: ['has expired', renewIt],
  CERT_NOT_YET_VALID: ['is not valid yet', "See to this machine's clock, or to the certificate's dates."],
  ERR_TLS_CERT_ALTNAME_INVALID: ['is for another host', 'Get one for the host of this address.'],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'was signed by nobody else',
    'Get one of a public authority: Bitrix24 trusts no other.',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'comes from an authority that is not public',
    'Get one of a public authority: Bitrix24 trusts no other.',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'is sent without its chain',
    'Let the server send the intermediate certificates too.',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'is sent without its chain',
    'Let the server send the intermediate certificates too.',
  ],
}

/** What is wrong with a certificate; null: nothing. */
export function certificateFault(about: string, { refusedFor, validTo }: Shown, now: Date): Fault | null {
  if (refusedFor !== null) {
    const [what, advice] = causes[refusedFor] ?? [`is not trusted (${refusedFor})`, 'Get one of a public authority.']
    return fault(about, `Its certificate ${what}.`, advice)
  }
  const days = Math.floor((validTo.getTime() - now.getTime()) / DAY_MS)
  return days < SOON_DAYS ? fault(about, `Its certificate expires in ${days} days.`, renewIt) : null
}

/** The certificate that a server shows; null when there is no TLS, or nobody listens. */
export function shownCertificate(url: URL): Promise<Shown | null> {
  return new Promise((resolve) => {
    const host = hostOf(url)
    const socket = connect({ host, port: Number(url.port || 443), servername: host, rejectUnauthorized: false })
    const end = (shown: Shown | null) => {
      socket.destroy()
      resolve(shown)
    }
    socket.setTimeout(TIMEOUT_MS, () => end(null))
    socket.once('error', () => end(null))
    socket.once('secureConnect', () => {
      // Declared as an error; it is the code of one, or its text where it has none.
      const refusal: unknown = socket.authorized ? null : socket.authorizationError
      end({
        refusedFor: refusal === null ? null : String(refusal),
        validTo: new Date(socket.getPeerCertificate().valid_to),
      })
    })
  })
}
