import { Counter, Gauge, type Registry } from 'prom-client'
import type { PortalClients } from '../lib/bitrix24/client/portal-clients.ts'

/** What this process asks of portals: of several processes on one database each tells its own part. */
export function addRequestMetrics(registry: Registry, clients: Pick<PortalClients, 'sums' | 'drift'>): void {
  const lanes = (part: 'sent' | 'waiting') => Object.entries(clients.sums()[part])
  const registers = [registry]
  new Counter({
    name: 'stagecue_portal_requests_total',
    help: 'Requests that this process sent to portals, for work and for pages.',
    labelNames: ['lane'],
    registers,
    collect() {
      this.reset()
      for (const [lane, count] of lanes('sent')) this.inc({ lane }, count)
    },
  })
  new Gauge({
    name: 'stagecue_portal_requests_waiting',
    help: 'Requests that wait in this process for room in the budget of their portals.',
    labelNames: ['lane'],
    registers,
    collect() {
      for (const [lane, count] of lanes('waiting')) this.set({ lane }, count)
    },
  })
  new Counter({
    name: 'stagecue_portal_requests_refused_total',
    help: 'Requests that portals refused for too many from our address (503).',
    registers,
    collect() {
      this.reset()
      this.inc(clients.sums().refused)
    },
  })
  new Counter({
    name: 'stagecue_answer_drift_total',
    help: 'Answers of portals, or rows of them, that did not look as this version knows them; the status page of a portal shows their shapes.',
    labelNames: ['method'],
    registers,
    collect() {
      this.reset()
      for (const [method, count] of clients.drift()) this.inc({ method }, count)
    },
  })
  new Gauge({
    name: 'stagecue_portals_blocked',
    help: 'Portals that this process does not ask at present, after a 503.',
    registers,
    collect() {
      this.set(clients.sums().blocked)
    },
  })
}
