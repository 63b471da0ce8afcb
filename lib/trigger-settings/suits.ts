import type { KindCode } from '../domain/kind-code.ts'
import { kinds } from '../triggers/index.ts'

/** The kind can move items of that type. */
export function suits(kind: KindCode, entityTypeId: number): boolean {
  const { entityTypeIds } = kinds[kind]
  return entityTypeIds === 'all' || entityTypeIds.includes(entityTypeId)
}
