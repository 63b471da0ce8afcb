import type { RequestHandler } from 'express'
import type { Services } from '../lib/services.ts'
import { findPortal } from '../lib/store/portals.ts'
import { translate } from '../lib/texts/translate.ts'
import { frameAncestor, frameLanguage, readFrame } from './http/frame.ts'
import { readPageAssets } from './http/page-assets.ts'
import { pageData } from './http/page-data.ts'
import { sendPage } from './http/send-page.ts'

/** `GET /install` (and HEAD): opened outside of a portal, so it says how to install. */
export const getInstallPage: RequestHandler = (request, response) => {
  const language = frameLanguage(request)
  const paragraphs = [translate(language, 'pages.outside.how'), translate(language, 'pages.outside.open')]
  sendPage(response, { language, title: translate(language, 'pages.title'), paragraphs, frameAncestor: null })
}

/** `POST /install`: the installer, in the portal's frame. What it does goes through the API as the person who opened it. */
export function postInstallPage(services: Services): RequestHandler {
  return async (request, response, next) => {
    const frame = readFrame(request)
    if (!frame) return getInstallPage(request, response, next)
    const language = frameLanguage(request)
    const portal = await findPortal(services.db, frame.member_id)
    const assets = readPageAssets()
    sendPage(response, {
      language,
      title: translate(language, 'pages.title'),
      paragraphs: [translate(language, assets ? 'pages.wait' : 'pages.not-built')],
      ...(assets ? { script: { assets, data: pageData(frame, 'install', language) } } : {}),
      frameAncestor: frameAncestor(frame, portal),
    })
  }
}
