import type { Request } from 'express'
import { z } from 'zod'
import type { Portal } from '../../lib/domain/portal.ts'
import { type Language, languageOf } from '../../lib/texts/translate.ts'

const text = (max: number) => z.string().max(max).catch('')

const bodySchema = z.object({
  AUTH_ID: z.string().min(1).max(2000),
  REFRESH_ID: text(2000),
  AUTH_EXPIRES: text(10),
  SERVER_ENDPOINT: text(300),
  APPLICATION_TOKEN: text(200),
  member_id: z.string().regex(/^[\w-]{1,64}$/),
  PLACEMENT: text(200),
  PLACEMENT_OPTIONS: text(10_000),
})

const querySchema = z.object({ DOMAIN: text(300), PROTOCOL: text(1), LANG: text(10), APP_SID: text(100) })

/** What a portal posts when somebody opens the app, the installer or a widget (`platform.md` 1.3). Nothing of it is proven. */
export type Frame = z.output<typeof bodySchema> & z.output<typeof querySchema>

/** The frame parameters of a request, or `null` when it has none. */
export function readFrame(request: Request): Frame | null {
  const body = bodySchema.safeParse(request.body)
  const query = querySchema.safeParse(request.query)
  return body.success && query.success ? { ...body.data, ...query.data } : null
}

export function frameLanguage(request: Request): Language {
  const { LANG } = request.query
  return languageOf(typeof LANG === 'string' && LANG !== '' ? LANG : request.get('accept-language'))
}

/** The host that the frame names, if it is one: a name or address, perhaps with a port, and nothing else. */
function plainHost({ DOMAIN }: Pick<Frame, 'DOMAIN'>): string | null {
  if (!/^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(DOMAIN)) return null
  return URL.parse(`http://${DOMAIN}`)?.host ?? null
}

/**
 * Who may frame the page: the portal's own origin if the frame names its stored address, else the plain host that it names
 * (`design.md` 8). That host gets a page with nothing in it but what it posted itself.
 */
export function frameAncestor(frame: Frame, portal: Portal | null): string | null {
  const host = plainHost(frame)
  const isVerified = portal !== null && portal.status !== 'uninstalled' && portal.domain === host
  return isVerified ? new URL(portal.endpoint).origin : host
}
