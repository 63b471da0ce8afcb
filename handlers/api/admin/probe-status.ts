import { type Probe, type ProbeId, probeIds } from '../../../lib/domain/probe.ts'
import { probeText } from '../../../lib/texts/probe-text.ts'
import { type Language, translate } from '../../../lib/texts/translate.ts'

/** Something that was found out of the portal: the answer in a word and in a sentence, and when. `detail`: a code, number or ids. */
export type ProbeStatus = Readonly<{
  id: ProbeId
  answer: string
  detail: string | null
  at: string
  title: string
  text: string
}>

/** The `probe` part of `GET /api/status`, and what `npm run probe` prints. Empty until the portal was asked. */
export function probeStatus(probe: Probe, language: Language): ProbeStatus[] {
  return probeIds.flatMap((id): ProbeStatus[] => {
    const finding = probe[id]
    if (!finding) return []
    const { answer, at, detail = null } = finding
    const title = translate(language, `probe.${id}.title`)
    const text = translate(language, probeText(id, answer), detail === null ? {} : { detail })
    return [{ id, answer, detail, at, title, text }]
  })
}
