import type { Finding, ProbeId } from '../domain/probe.ts'
import type { TextKey } from './translate.ts'

/** What each answer of the probe means for whoever runs or uses Stagecue. */
const texts: Readonly<Record<ProbeId, Partial<Record<Finding['answer'], TextKey>>>> = {
  trick: { yes: 'probe.trick.yes', no: 'probe.trick.no' },
  events: { yes: 'probe.events.yes', no: 'probe.events.no' },
  statistics: { yes: 'probe.statistics.yes', no: 'probe.statistics.no' },
  lines: { yes: 'probe.lines.yes', no: 'probe.lines.no' },
  forms: { yes: 'probe.forms.yes', no: 'probe.forms.no' },
  channels: { yes: 'probe.channels.yes', no: 'probe.channels.no' },
  histories: { yes: 'probe.histories.yes', no: 'probe.histories.no' },
  'connector-mid': { yes: 'probe.connector-mid.yes', no: 'probe.connector-mid.no' },
  automation: { yes: 'probe.automation.yes', no: 'probe.automation.no' },
  delegation: {
    yes: 'probe.delegation.yes',
    no: 'probe.delegation.no',
    'not-chosen': 'probe.delegation.not-chosen',
  },
  bucket: { usual: 'probe.bucket.usual', large: 'probe.bucket.large' },
  zone: { same: 'probe.zone.same', different: 'probe.zone.different' },
}

export function probeText(id: ProbeId, answer: Finding['answer']): TextKey {
  return texts[id][answer] ?? (answer === 'no-scope' ? 'probe.no-scope' : 'probe.unknown')
}
