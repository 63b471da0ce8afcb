import { kinds } from '../../../lib/triggers/index.ts'
import type { KindCode } from '../../../lib/triggers/kind.ts'

/** The kind can move items of that type. */
export function suits(kind: KindCode, entityTypeId: number): boolean {
  const { entityTypeIds } = kinds[kind]
  return entityTypeIds === 'all' || entityTypeIds.includes(entityTypeId)
}
