import type { Db } from './database.ts'

/** The names that these triggers have, or had when they were deleted, by trigger id. */
export async function listTriggerNames(db: Db, portal: string, triggerIds: string[]): Promise<Map<string, string>> {
  if (triggerIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('trigger_version')
    .select(['trigger_id', 'body'])
    .where('portal', '=', portal)
    .where('trigger_id', 'in', triggerIds.map(Number))
    .where('body', 'is not', null)
    .orderBy('version')
    .execute()
  return new Map(rows.map(({ trigger_id, body }) => [String(trigger_id), JSON.parse(body ?? '{}').name ?? '']))
}
