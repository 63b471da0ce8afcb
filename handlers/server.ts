import express, { type Express } from 'express'
import { createInbox } from '../lib/queue/inbox.ts'
import type { Services } from '../lib/services.ts'
import { apiRouter } from './api/router.ts'
import { getAppPage, postAppPage } from './app-page.ts'
import { postEvents } from './events.ts'
import { postEventsAccess } from './events-access.ts'
import { getHealth } from './health.ts'
import { addressOf } from './http/address-of.ts'
import { ApiError } from './http/api-error.ts'
import { createAttemptLimits } from './http/attempt-limits.ts'
import { answerErrors } from './http/error-handler.ts'
import { countAnswers } from './http/http-metrics.ts'
import { defaultLimits, type Limits, limitRequests } from './http/limits.ts'
import { onlyLinksAtTheirHost } from './http/link-host.ts'
import { readPosted } from './http/posted-pairs.ts'
import { securityHeaders } from './http/security-headers.ts'
import { getInstallPage, postInstallPage } from './install-page.ts'
import { addIntakeMetrics } from './intake-metrics.ts'
import { createRegistry, getMetrics } from './metrics.ts'
import { pageFiles } from './page-files.ts'
import { postRobotsTrackedLink } from './robots-tracked-link.ts'
import { getSecurityTxt } from './security-txt.ts'
import { getTrackedLink, linkOf } from './tracked-link.ts'

/** The HTTP server from its parts; `limits` are for tests. Nothing listens yet. */
export function createServer(services: Services, limits: Limits = defaultLimits): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', services.config.trustProxy)
  const registry = createRegistry(services)
  app.use(securityHeaders(services.config), countAnswers(registry))

  app.use(onlyLinksAtTheirHost(services.config))
  const intake = createInbox(services.db, services.clock)
  addIntakeMetrics(registry, intake)
  const attemptLimits = createAttemptLimits(services.clock)
  app.post('/events', readPosted, postEvents(services, intake, attemptLimits))

  const perAddress = (perMinute: number) => limitRequests(perMinute)
  app.post('/events/access/:code', readPosted, postEventsAccess(services))
  app.get('/health', perAddress(limits.health), getHealth(services))
  app.get('/.well-known/security.txt', perAddress(limits.health), getSecurityTxt(services))
  app.get('/metrics', perAddress(limits.health), getMetrics(services, registry))
  app.use('/api', apiRouter(services, limits, attemptLimits))

  app.post('/robots/tracked-link', postRobotsTrackedLink(services, intake, limits.api))
  const ofLink = limitRequests(
    limits.links,
    (request) => `${linkOf(services, request)?.portal ?? ''} ${addressOf(request)}`,
  )
  app.get('/l/:token', ofLink, getTrackedLink(services, intake))

  const pages = perAddress(limits.pages)
  const readForm = express.urlencoded({ extended: false, limit: '100kb', inflate: false })
  app.use('/pages', pageFiles())
  app.route('/app').all(pages).get(getAppPage).post(readForm, postAppPage(services))
  app.route('/install').all(pages).get(getInstallPage).post(readForm, postInstallPage(services))

  app.use(() => {
    throw new ApiError('not-found')
  })
  app.use(answerErrors(services))
  return app
}
