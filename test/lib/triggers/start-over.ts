import { SEED } from '../../portal/index.ts'
import type { Rig } from '../../rig.ts'

/**
 * Begins a test anew in the rig of its file: Kim's deal stands in its first stage, and the moves of earlier tests are long ago, as the
 * sixth of an item within ten minutes would be a loop. Gives what is journaled from now on.
 */
export async function startOver(rig: Rig): Promise<() => Promise<string[]>> {
  rig.portal.act.moveItem({ entityTypeId: SEED.types.deal, id: SEED.deals.kim }, 'C4:NEW')
  await rig.settled()
  const longAgo = new Date(Date.now() - 3600_000).toISOString()
  const { db } = rig.stagecue
  await db.updateTable('intent').set({ begun_at: longAgo }).where('state', '=', 'settled').execute()
  const told = (await rig.story()).length
  return async () => (await rig.story()).slice(told)
}
