import type { Request, RequestHandler, Response } from 'express'
import { clickJob, type Visit } from '../lib/engine/sources/click/held-click.ts'
import { linkId, readToken, type TrackedLink } from '../lib/links.ts'
import type { Inbox } from '../lib/queue/inbox.ts'
import type { Services } from '../lib/services.ts'
import { findPortal } from '../lib/store/portals.ts'
import { translate } from '../lib/texts/translate.ts'
import { fewAnHour } from './http/few-an-hour.ts'
import { languageFor } from './http/language.ts'
import { sendPage } from './http/send-page.ts'

/** Clicks on one link that are recorded in an hour: scanners and a customer make a few, more are made to fill our store. */
const MOST_CLICKS = 20

/** Links whose clicks are counted in an hour. */
const MOST_LINKS = 200_000

/** Why a link leads nowhere: the HTTP status, and what its page says. */
const refusals = {
  unknown: { status: 404, title: 'pages.not-found.title', how: 'pages.not-found.how' },
  stopped: { status: 410, title: 'pages.gone.title', how: 'pages.gone.how' },
} as const

/**
 * `GET /l/:token`: leads to the signed target at once and asks nobody for it, the database included, so that our links work for
 * ever. The click is recorded when the answer is out; while the database is down clicks are lost (`design.md` 3, rule 6). 410: somebody stopped it.
 */
export function getTrackedLink(services: Services, intake: Inbox): RequestHandler {
  const isWorthRecording = fewAnHour(services.clock, { times: MOST_CLICKS, keys: MOST_LINKS })
  return (request, response) => {
    const link = linkOf(services, request)
    if (!link) return sendRefusal(services, request, response, 'unknown')
    if (services.stoppedLinks.has(link)) return sendRefusal(services, request, response, 'stopped')
    const at = services.clock()
    const visit: Visit = {
      token: String(request.params.token),
      userAgent: request.get('user-agent'),
      head: request.method === 'HEAD',
    }
    response.once('close', () => {
      if (!isWorthRecording(linkId(visit.token))) return
      recordClick(services, intake, link, { visit, at }).catch((error: Error) => {
        services.log.error({ portal: link.portal, error: error.name }, 'A click could not be recorded')
      })
    })
    response.set('Cache-Control', 'no-store').location(link.target).status(302).end()
  }
}

/** Customers follow links, not programs: a page says in their browser's language why this one leads nowhere. */
function sendRefusal({ config }: Services, request: Request, response: Response, why: keyof typeof refusals): void {
  const language = languageFor(request, response)
  const { status, title, how } = refusals[why]
  sendPage(response.status(status), {
    language,
    title: translate(language, title),
    paragraphs: [translate(language, how)],
    frameAncestor: null,
    isAlone: config.publicLinkUrl !== config.publicUrl,
  })
}

/** The link of a request; null when we never made it. */
export function linkOf({ config }: Pick<Services, 'config'>, request: Request): TrackedLink | null {
  return readToken(config.linkKeys, String(request.params.token))
}

async function recordClick(
  { config, db }: Services,
  intake: Inbox,
  link: TrackedLink,
  { visit, at }: { visit: Visit; at: Date },
): Promise<void> {
  const portal = await findPortal(db, link.portal)
  if (portal?.status === 'installed') await intake.add([clickJob(config, link, visit, at)])
}
