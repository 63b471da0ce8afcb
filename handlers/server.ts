import express, { type Express } from 'express'
import type { Stagecue } from '../lib/services.ts'
import { createIntake } from '../lib/store/intake.ts'
import { apiRouter } from './api/router.ts'
import { getAppPage, postAppPage } from './app-page.ts'
import { postEvents } from './events.ts'
import { postEventsAccess } from './events-access.ts'
import { getHealth } from './health.ts'
import { addressOf } from './http/address-of.ts'
import { answerErrors } from './http/answer-errors.ts'
import { ApiError } from './http/api-error.ts'
import { countAnswers } from './http/count-answers.ts'
import { defaultLimits, type Limits, limitRequests } from './http/limits.ts'
import { onlyLinksAtTheirHost } from './http/link-host.ts'
import { readPosted } from './http/posted-pairs.ts'
import { securityHeaders } from './http/security-headers.ts'
import { createUnproven } from './http/unproven.ts'
import { getInstallPage, postInstallPage } from './install-page.ts'
import { addIntakeMetrics } from './intake-metrics.ts'
import { createRegistry, getMetrics } from './metrics.ts'
import { pageFiles } from './page-files.ts'
import { postRobotsTrackedLink } from './robots-tracked-link.ts'
import { getTrackedLink, linkOf } from './tracked-link.ts'

/** The HTTP server from its parts; `limits` are for tests. Nothing listens yet. */
export function createServer(stagecue: Stagecue, limits: Limits = defaultLimits): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', stagecue.config.trustProxy)
  const registry = createRegistry(stagecue)
  app.use(securityHeaders(stagecue.config), countAnswers(registry))

  app.use(onlyLinksAtTheirHost(stagecue.config))
  const intake = createIntake(stagecue.db, stagecue.clock)
  addIntakeMetrics(registry, intake)
  const unproven = createUnproven(stagecue.clock)
  app.post('/events', readPosted, postEvents(stagecue, intake, unproven))

  const perAddress = (perMinute: number) => limitRequests(perMinute)
  app.post('/events/access/:code', perAddress(limits.api), readPosted, postEventsAccess(stagecue))
  app.get('/health', perAddress(limits.health), getHealth(stagecue))
  app.get('/metrics', perAddress(limits.health), getMetrics(stagecue, registry))
  app.use('/api', apiRouter(stagecue, limits, unproven))

  app.post('/robots/tracked-link', postRobotsTrackedLink(stagecue, limits.api, unproven))
  const ofLink = limitRequests(
    limits.links,
    (request) => `${linkOf(stagecue, request)?.portal ?? ''} ${addressOf(request)}`,
  )
  app.get('/l/:token', ofLink, getTrackedLink(stagecue))

  const pages = perAddress(limits.pages)
  const readForm = express.urlencoded({ extended: false, limit: '100kb', inflate: false })
  app.use('/pages', pageFiles())
  app.route('/app').all(pages).get(getAppPage).post(readForm, postAppPage(stagecue))
  app.route('/install').all(pages).get(getInstallPage).post(readForm, postInstallPage(stagecue))

  app.use(() => {
    throw new ApiError('not-found')
  })
  app.use(answerErrors(stagecue))
  return app
}
