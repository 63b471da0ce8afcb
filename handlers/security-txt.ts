import type { RequestHandler } from 'express'
import type { Services } from '../lib/services.ts'
import { ApiError } from './http/api-error.ts'

/** RFC 9116 wants it to be read anew within a year; half of one, to the day. Milliseconds. */
const VALID_MS = 180 * 86_400_000

/** `GET /.well-known/security.txt`: whom to tell of a weakness or of a misused link; 404 where the operator names nobody. */
export function getSecurityTxt({ config, clock }: Pick<Services, 'config' | 'clock'>): RequestHandler {
  return (_request, response) => {
    const { securityContact, publicUrl } = config
    if (securityContact === null) throw new ApiError('not-found')
    const expires = new Date(clock().getTime() + VALID_MS).toISOString().slice(0, 10)
    const lines = [
      `Contact: ${securityContact}`,
      `Expires: ${expires}T00:00:00Z`,
      'Preferred-Languages: en, ru, de',
      `Canonical: ${publicUrl}/.well-known/security.txt`,
    ]
    response.type('text/plain').send(`${lines.join('\n')}\n`)
  }
}
