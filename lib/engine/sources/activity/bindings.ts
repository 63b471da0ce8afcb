import { z } from 'zod'
import { phpList } from '../../../bitrix24/php-list.ts'
import type { Ref } from '../../../domain/occurrence.ts'

const id = z.coerce.number().int().positive()
const bindingSchema = z.object({ entityTypeId: id, entityId: id })

/** Reads the answer of `crm.activity.binding.list`; null: it is no list of bindings. */
export function parseBindings(result: unknown): Ref[] | null {
  const rows = phpList(result)
  const bindings = rows?.flatMap((row) => bindingSchema.safeParse(row).data ?? [])
  if (!rows || !bindings || (rows.length > 0 && bindings.length === 0)) return null
  return bindings.map(({ entityTypeId, entityId }) => ({ entityTypeId, id: entityId }))
}
