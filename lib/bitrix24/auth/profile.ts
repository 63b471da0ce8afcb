import { z } from 'zod'
import { idText, shortName } from '../../domain/portal-texts.ts'

/** A person as `profile` shows him to himself. */
export type Profile = Readonly<{
  userId: number
  name: string
  /** May manage applications (`profile.ADMIN`). */
  admin: boolean
  /** IANA name; absent for somebody who leaves it to his browser. */
  timeZone?: string
}>

/** Only what a portal writes for an active user: an inactive one's profile is empty (`platform.md` 1.8). */
const profileSchema = z.object({
  ID: z.coerce.number().int().positive(),
  ADMIN: z.union([z.boolean(), z.coerce.string()]).optional(),
  NAME: z.string().nullish(),
  LAST_NAME: z.string().nullish(),
  TIME_ZONE: idText.nullish().catch(null),
})

/** Reads the result of `profile`; `null` for somebody who is not active. */
export function readProfile(result: unknown): Profile | null {
  const { success, data } = profileSchema.safeParse(result)
  if (!success) return null
  return {
    userId: data.ID,
    name: shortName([data.NAME, data.LAST_NAME].filter(Boolean).join(' ')),
    admin: ['true', '1', 'Y'].includes(String(data.ADMIN)),
    ...(data.TIME_ZONE ? { timeZone: data.TIME_ZONE } : {}),
  }
}
