import type { Rig } from '../../rig.ts'

/** Lets the moves of earlier tests be long ago: the sixth of an item within ten minutes would be a loop. */
export async function forgetLoop({ stagecue: { db } }: Rig): Promise<void> {
  const longAgo = new Date(Date.now() - 3600_000).toISOString()
  await db.updateTable('intent').set({ begun_at: longAgo }).where('state', '=', 'settled').execute()
}
