import type { RequestHandler } from 'express'
import type { Services } from '../lib/services.ts'
import { findPortal } from '../lib/store/portals.ts'
import { translate } from '../lib/texts/translate.ts'
import { frameAncestor, frameLanguage, readFrame } from './http/frame.ts'
import { readPageAssets } from './http/page-assets.ts'
import { pageData } from './http/page-data.ts'
import { sendPage } from './http/send-page.ts'
import { getInstallPage } from './install-page.ts'

/** `GET /app` (and HEAD, by which Bitrix24 checks the address): opened outside of a portal. */
export const getAppPage: RequestHandler = getInstallPage

/** `POST /app`: the Application URL and every placement, in the portal's frame. Of an unknown portal: how to install. */
export function postAppPage(services: Services): RequestHandler {
  return async (request, response, next) => {
    const frame = readFrame(request)
    if (!frame) return getInstallPage(request, response, next)
    const language = frameLanguage(request)
    const title = translate(language, 'pages.title')
    const portal = await findPortal(services.db, frame.member_id)
    const page = { language, title, frameAncestor: frameAncestor(frame, portal) }
    if (portal?.status !== 'installed') {
      const paragraphs = [translate(language, 'pages.unknown.how'), translate(language, 'pages.unknown.who')]
      return sendPage(response, { ...page, paragraphs })
    }
    const assets = readPageAssets()
    if (!assets) return sendPage(response, { ...page, paragraphs: [translate(language, 'pages.not-built')] })
    sendPage(response, {
      ...page,
      paragraphs: [translate(language, 'pages.wait')],
      script: { assets, data: pageData(frame, 'app', language) },
    })
  }
}
