import type { RequestHandler } from 'express'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Services } from '../lib/services.ts'
import { countJobs } from '../lib/store/job-queries.ts'
import { ApiError } from './http/api-error.ts'
import { isSameText } from './http/same-text.ts'
import { addRequestMetrics } from './request-metrics.ts'

/** `GET /metrics` for Prometheus: 404 without METRICS_TOKEN, 401 with a wrong one. No label names a portal. */
export function getMetrics(services: Services, registry: Registry): RequestHandler {
  const { metricsToken } = services.config
  return async (request, response) => {
    if (metricsToken === null) throw new ApiError('not-found')
    const [, given = ''] = request.get('authorization')?.match(/^Bearer (.+)$/i) ?? []
    if (!isSameText(given, metricsToken)) throw new ApiError('unauthorized')
    response.type(registry.contentType).send(await registry.metrics())
  }
}

/** How exactly pauses of the event loop are known, milliseconds: each look wakes the process, and every 10 ms took 1 % of a processor. */
const PAUSES_MS = 50

/** What is measured of this process, where somebody may read it, of what it asks of portals, and of the work over all portals. */
export function createRegistry(services: Services): Registry {
  const registry = new Registry()
  if (services.config.metricsToken !== null)
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: PAUSES_MS })
  new Gauge({
    name: 'stagecue_work',
    help: 'Rows of work that wait: due ones are done next, parked ones wait for a person.',
    labelNames: ['kind', 'state'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { kind, state, count } of await countJobs(services.db)) this.set({ kind, state }, count)
    },
  })
  new Gauge({
    name: 'stagecue_work_overdue_seconds',
    help: 'For how long the oldest row of due work has been due: seconds while portals and processes keep up.',
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { kind, state, since } of await countJobs(services.db)) {
        const seconds = (services.clock().getTime() - Date.parse(since)) / 1000
        if (state === 'due') this.set({ kind }, Math.max(0, seconds))
      }
    },
  })
  addRequestMetrics(registry, services.clients)
  return registry
}
