import type { ItemType } from '../../../lib/bitrix24/directory/item-types.ts'
import type { Services } from '../../../lib/services.ts'
import { missingText } from '../../../lib/texts/missing-text.ts'
import { ApiError } from '../../http/api-error.ts'

/** The portal's item types with their pipelines and stages, as the pickers show them (cached for pages). */
export async function readTypes({ directory }: Services, portal: string): Promise<readonly ItemType[]> {
  const answer = await directory.readDirectory(portal)
  if (answer.ok) return answer.value
  throw new ApiError('portal-unavailable', { message: { key: missingText[answer.missing] } })
}
