import { type Api, ApiFault } from '../api.ts'
import type { Version } from './versions.ts'

/** Who changed a trigger last, and when; null where that is not to be had: the form is of use without it. */
export async function readLastChange(api: Pick<Api, 'call'>, id: string): Promise<Version | null> {
  try {
    const { versions } = await api.call<{ versions: Version[] }>('GET', `/api/triggers/${id}/versions`)
    return versions[0] ?? null
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error
    return null
  }
}
