import type { Finding, ProbeId } from '../../domain/probe.ts'
import type { PortalClient } from '../client/portal-clients.ts'
import { automation } from './automation.ts'
import { bucket } from './bucket.ts'
import { channels } from './channels.ts'
import { connectorMid } from './connector-mid.ts'
import { events } from './events.ts'
import { forms } from './forms.ts'
import { histories } from './histories.ts'
import { lines } from './lines.ts'
import type { Question } from './question.ts'
import { statistics } from './statistics.ts'
import { trick } from './trick.ts'
import { zone } from './zone.ts'

/** All questions to a portal, one file each. Whether it delegates access only a delegation shows: `lib/jobs/lifecycle/probe.ts`. */
export const questions: readonly Question[] = [
  trick,
  events,
  statistics,
  lines,
  forms,
  channels,
  histories,
  connectorMid,
  automation,
  bucket,
  zone,
]

/**
 * Finds out what this portal does, as its reader, in two requests that change nothing. What the portal could not say now is left out.
 * Throws `PortalError` when it does not answer.
 */
export async function probePortal(
  client: PortalClient,
  scopes: readonly string[],
): Promise<Partial<Record<ProbeId, Finding>>> {
  const asked = questions.filter(({ scope }) => scope === undefined || scopes.includes(scope))
  const first = await client.batch(Object.assign({}, ...asked.map(({ commands }) => commands)))
  const more = Object.assign({}, ...asked.map((question) => question.more?.(first.results)))
  const second = Object.keys(more).length === 0 ? {} : (await client.batch(more)).results
  const found = { ...first.results, ...second }
  const answered = questions.map((question): [ProbeId, Finding | null] => [
    question.id,
    asked.includes(question) ? question.answer(found) : { answer: 'no-scope' },
  ])
  return Object.fromEntries(answered.filter(([, finding]) => finding !== null))
}
