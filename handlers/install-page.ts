import type { RequestHandler } from 'express'
import { stepIds } from '../install/step.ts'
import { findPortal } from '../lib/store/find-portal.ts'
import { textsUnder, translate } from '../lib/texts/translate.ts'
import type { Stagecue } from '../lib/wire.ts'
import { frameAncestor, frameLanguage, readFrame } from './http/frame.ts'
import { pageData } from './http/page-data.ts'
import { sendPage } from './http/send-page.ts'

/** `GET /install` (and HEAD): opened outside of a portal, so it says how to install. */
export const getInstallPage: RequestHandler = (request, response) => {
  const language = frameLanguage(request)
  const paragraphs = [translate(language, 'pages.outside.how'), translate(language, 'pages.outside.open')]
  sendPage(response, { language, title: translate(language, 'pages.title'), paragraphs, frameAncestor: null })
}

/** `POST /install`: the installer, in the portal's frame. What it does goes through the API as the person who opened it. */
export function postInstallPage(stagecue: Stagecue): RequestHandler {
  return async (request, response, next) => {
    const frame = readFrame(request)
    if (!frame) return getInstallPage(request, response, next)
    const language = frameLanguage(request)
    const portal = await findPortal(stagecue.db, frame.member_id)
    sendPage(response, {
      language,
      title: translate(language, 'pages.install.title'),
      paragraphs: [translate(language, 'pages.wait')],
      script: 'install.js',
      data: {
        ...pageData(frame),
        stepIds,
        texts: textsUnder(language, 'pages').install,
        steps: textsUnder(language, 'install').steps,
        statuses: textsUnder(language, 'install').statuses,
        errors: textsUnder(language, 'errors'),
      },
      frameAncestor: frameAncestor(frame, portal),
    })
  }
}
