import type { KindCode } from '../../../lib/domain/kind-code.ts'
import { missingText } from '../../../lib/texts/missing-text.ts'
import { type Language, translate } from '../../../lib/texts/translate.ts'
import { kinds } from '../../../lib/triggers/index.ts'

/** Can this portal serve the kind? If not, what it lacks and what to do. */
export function available(
  { scope }: { scope: readonly string[] },
  kind: KindCode,
  language: Language,
): true | { missing: string; advice: string } {
  const needed = kinds[kind].scope
  if (scope.includes(needed)) return true
  return {
    missing: translate(language, missingText[needed]),
    advice: translate(language, 'missing.advice'),
  }
}
