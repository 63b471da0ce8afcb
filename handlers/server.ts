import express, { type Express } from 'express'
import type { Stagecue } from '../lib/wire.ts'
import { apiRouter } from './api/router.ts'
import { getAppPage, postAppPage } from './app-page.ts'
import { postEvents, readEventText } from './events.ts'
import { postEventsAccess } from './events-access.ts'
import { getHealth } from './health.ts'
import { addressOf } from './http/address-of.ts'
import { answerErrors } from './http/answer-errors.ts'
import { ApiError } from './http/api-error.ts'
import { countAnswers } from './http/count-answers.ts'
import { defaultLimits, type Limits, limitRequests } from './http/limits.ts'
import { securityHeaders } from './http/security-headers.ts'
import { getInstallPage, postInstallPage } from './install-page.ts'
import { createRegistry, getMetrics } from './metrics.ts'
import { pageFiles } from './page-files.ts'
import { callOf, postRobotsTrackedLink } from './robots-tracked-link.ts'
import { getTrackedLink, linkOf } from './tracked-link.ts'

/** The HTTP server from its parts; `limits` are for tests. Nothing listens yet. */
export function createServer(stagecue: Stagecue, limits: Limits = defaultLimits): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', stagecue.config.trustProxy)
  const registry = createRegistry(stagecue)
  app.use(securityHeaders(stagecue.config), countAnswers(registry))

  app.post('/events', readEventText, postEvents(stagecue))

  const perAddress = (perMinute: number) => limitRequests(perMinute)
  app.post('/events/access/:code', perAddress(limits.api), readEventText, postEventsAccess(stagecue))
  app.get('/health', perAddress(limits.health), getHealth(stagecue))
  app.get('/metrics', perAddress(limits.health), getMetrics(stagecue, registry))
  app.use('/api', apiRouter(stagecue, limits))

  const ofRobot = limitRequests(limits.api, (request) => `${callOf(request)?.memberId ?? ''} ${addressOf(request)}`)
  app.post('/robots/tracked-link', readEventText, ofRobot, postRobotsTrackedLink(stagecue))
  const ofLink = limitRequests(
    limits.links,
    (request) => `${linkOf(stagecue, request)?.portal ?? ''} ${addressOf(request)}`,
  )
  app.get('/l/:token', ofLink, getTrackedLink(stagecue))

  const pages = perAddress(limits.pages)
  const readForm = express.urlencoded({ extended: false, limit: '100kb' })
  app.use('/pages', pages, pageFiles())
  app.route('/app').all(pages).get(getAppPage).post(readForm, postAppPage(stagecue))
  app.route('/install').all(pages).get(getInstallPage).post(readForm, postInstallPage(stagecue))

  app.use(() => {
    throw new ApiError('not-found')
  })
  app.use(answerErrors(stagecue.log))
  return app
}
