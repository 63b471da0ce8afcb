import { z } from 'zod'
import { idText } from '../../domain/portal-texts.ts'

/** The app as the portal knows it (`platform.md` 1.8). */
export type AppInfo = Readonly<{
  version: number
  /** False: `installFinish` was not called for this version, so no event can come. */
  installed: boolean
  /** Of the portal's plan; empty: the portal does not say, as boxes do. */
  licenseFamily: string
}>

const infoSchema = z.object({
  VERSION: z.coerce.number().int().nonnegative(),
  INSTALLED: z.boolean(),
  LICENSE_FAMILY: idText.catch(''),
})

/** Reads the result of `app.info`; null: it does not say what it should. */
export function readAppInfo(result: unknown): AppInfo | null {
  const { data } = infoSchema.safeParse(result)
  return data ? { version: data.VERSION, installed: data.INSTALLED, licenseFamily: data.LICENSE_FAMILY } : null
}
