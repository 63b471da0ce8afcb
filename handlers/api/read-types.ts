import type { Stagecue } from '../../lib/wire.ts'
import { ApiError } from '../http/api-error.ts'

/** The portal's item types with their pipelines and stages, as the pickers show them (cached for pages). */
export async function readTypes(stagecue: Stagecue, portal: string) {
  const answer = await stagecue.directory.readDirectory(portal)
  if (answer.ok) return answer.value
  throw new ApiError('portal-unavailable', { message: { key: 'missing.scope', params: { name: answer.missing } } })
}

export type ItemType = Awaited<ReturnType<typeof readTypes>>[number]
