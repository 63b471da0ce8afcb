import { z } from 'zod'
import type { LifecycleEvent } from '../../domain/lifecycle-events.ts'
import type { CheckPace } from '../../store/check-pace.ts'
import { openBody, type SealedBody, type Sealer, sealBody } from '../../store/sealing.ts'

/**
 * How often claims are looked into, whoever sends how many: with our token somebody has opened the app at least, and a real uninstallation
 * must not wait for long behind forged ones.
 */
const paces = {
  ours: { most: 3, spanMs: 10 * 60_000 },
  unknown: { most: 3, spanMs: 3_600_000 },
} satisfies Record<string, CheckPace>

/** Claims with our token and those without it do not take each other's place: of each sort one is due. */
export function unverifiedKey(event: LifecycleEvent, isOurs: boolean): string {
  return `${event}:${isOurs ? 'ours' : 'unknown'}`
}

export function paceOf(subject: string): CheckPace {
  return subject.endsWith(':ours') ? paces.ours : paces.unknown
}

/**
 * What such an event brought. Nothing of it is believed until it is proven (`design.md` 7). Absent: the portal did not say.
 */
const lifecyclePayloadSchema = z.object({
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

export type LifecyclePayload = z.output<typeof lifecyclePayloadSchema>

/** The body of the work row: it holds tokens, so it is sealed as they are. */
export function sealPayload(sealer: Sealer, portal: string, payload: LifecyclePayload): SealedBody {
  return sealBody(sealer, portal, payload)
}

/**
 * Opens what `sealPayload` made; throws when the key was taken away. Of work that waited for a person and was emptied nothing is left but
 * that there was such an event: as if it came now.
 */
export function openPayload(sealer: Sealer, portal: string, body: string, now: Date): LifecyclePayload {
  const said = openBody(sealer, portal, body) ?? { applicationToken: '', heardAt: now.toISOString() }
  return lifecyclePayloadSchema.parse(said)
}
