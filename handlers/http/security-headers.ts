import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { Config } from '../../lib/config.ts'

/**
 * Headers of every answer. Answers are data unless a page says otherwise: nothing may be loaded and nobody may frame them.
 * X-Frame-Options is left out, since it knows no origins and would keep pages out of the portal (`libraries.md` 5).
 */
export function securityHeaders(config: Pick<Config, 'publicUrl'>): RequestHandler {
  const headers = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    frameguard: false,
    crossOriginOpenerPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-site' },
    strictTransportSecurity: config.publicUrl.startsWith('https:'),
    referrerPolicy: { policy: 'no-referrer' },
  })
  return (request, response, next) => {
    response.set('Permissions-Policy', unused)
    headers(request, response, next)
  }
}

/** What a browser could do for a page and ours never ask for. */
const unused =
  'accelerometer camera display-capture geolocation gyroscope hid magnetometer microphone midi payment serial usb'
    .split(' ')
    .map((feature) => `${feature}=()`)
    .join(', ')

/** The one style element of the UI kit: `@keyframes` inside its waiting icon (`b24icons-vue/animated/LoaderWaitIcon`). */
const waitingIcon = "'sha256-BNHR/EuRTWKOogNXGy6GYKNW30rxZNFeeHRiLsUCF2A='"

/** The policy of a page that only that origin may frame; `null`: nobody. */
export function pagePolicy(frameAncestor: string | null): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${waitingIcon}`,
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestor ?? "'none'"}`,
  ].join('; ')
}
