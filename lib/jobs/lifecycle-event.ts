import { z } from 'zod'
import type { Sealer } from '../store/seal.ts'
import { openBody, type SealedBody, sealBody } from '../store/sealed-body.ts'

/** Events of the app's own life in a portal (`platform.md` 1.5), and the kind of work that each becomes. */
export const lifecycleKinds = {
  ONAPPINSTALL: 'app-installed',
  ONAPPUPDATE: 'app-updated',
  ONAPPUNINSTALL: 'app-uninstalled',
} as const

export type LifecycleEvent = keyof typeof lifecycleKinds

export const lifecycleEvents = Object.keys(lifecycleKinds) as LifecycleEvent[]

export function isLifecycleEvent(event: string): event is LifecycleEvent {
  return Object.hasOwn(lifecycleKinds, event)
}

/**
 * What such an event brought. Nothing of it is believed until it is proven (`design.md` 7). Absent: the portal did not say.
 */
export const lifecycleNoticeSchema = z.object({
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

/** Opens what `sealNotice` made; throws when the key was taken away. */
export function openNotice(sealer: Sealer, portal: string, body: string): LifecycleNotice {
  return lifecycleNoticeSchema.parse(openBody(sealer, portal, body))
}
