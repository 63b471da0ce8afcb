import type { Request } from 'express'
import { ipKeyGenerator } from 'express-rate-limit'

/** Networks of IPv6 that one customer of a provider holds: all their addresses count as one. */
const network = 56

/** Whose address a request comes from, for counting. */
export function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? '', network)
}
