import type { Db } from '../../../lib/store/database.ts'
import { countTriggers } from '../../../lib/store/triggers.ts'
import { ApiError } from '../../http/api-error.ts'

/** Triggers of one portal; all of them are looked at with every event of it. */
const MOST_TRIGGERS = 500

/** 422 when the portal has no room for so many more triggers. */
export async function checkRoom(db: Db, portal: string, more: number): Promise<void> {
  if ((await countTriggers(db, portal)) + more <= MOST_TRIGGERS) return
  throw new ApiError('invalid', { message: { key: 'errors.too-many-triggers', params: { max: MOST_TRIGGERS } } })
}
