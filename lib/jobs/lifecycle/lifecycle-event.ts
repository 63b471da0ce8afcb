import { z } from 'zod'
import type { LifecycleEvent } from '../../domain/lifecycle-events.ts'
import type { ClaimPace } from '../../store/claim-pace.ts'
import { openBody, type SealedBody, type Sealer, sealBody } from '../../store/sealing.ts'

/**
 * How often claims are looked into, whoever sends how many: with our token somebody has opened the app at least, and a real uninstallation
 * must not wait for long behind forged ones.
 */
const paces = {
  ours: { most: 3, spanMs: 10 * 60_000 },
  unknown: { most: 3, spanMs: 3_600_000 },
} satisfies Record<string, ClaimPace>

/** Claims with our token and those without it do not take each other's place: of each sort one is due. */
export function claimSubject(event: LifecycleEvent, isOurs: boolean): string {
  return `${event}:${isOurs ? 'ours' : 'unknown'}`
}

export function paceOf(subject: string): ClaimPace {
  return subject.endsWith(':ours') ? paces.ours : paces.unknown
}

/**
 * What such an event brought. Nothing of it is believed until it is proven (`design.md` 7). Absent: the portal did not say.
 */
const lifecycleNoticeSchema = z.object({
  accessToken: z.string().optional(),
  refreshToken: z.string().optional(),
  /** Seconds that the access token serves. */
  expiresIn: z.coerce.number().positive().max(3600).catch(3600),
  serverEndpoint: z.string().optional(),
  applicationToken: z.string(),
  lang: z.string().default('en'),
  /** Uninstallation with "delete settings and data". */
  clean: z.boolean().default(false),
  heardAt: z.iso.datetime(),
})

export type LifecycleNotice = z.output<typeof lifecycleNoticeSchema>

/** The body of the work row: it holds tokens, so it is sealed as they are. */
export function sealNotice(sealer: Sealer, portal: string, notice: LifecycleNotice): SealedBody {
  return sealBody(sealer, portal, notice)
}

/**
 * Opens what `sealNotice` made; throws when the key was taken away. Of work that waited for a person and was emptied nothing is left but
 * that there was such an event: as if it came now.
 */
export function openNotice(sealer: Sealer, portal: string, body: string, now: Date): LifecycleNotice {
  const said = openBody(sealer, portal, body) ?? { applicationToken: '', heardAt: now.toISOString() }
  return lifecycleNoticeSchema.parse(said)
}
