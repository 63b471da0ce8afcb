import { textsIn } from '../../lib/triggers/chat-text.ts'

/**
 * Would the trigger's own field let this sample pass? Judged here, by the rules that the engine uses (`triggers.md`); `null` while
 * either is empty.
 */
export function wouldMatch(field: 'text' | 'url', wanted: string, sample: string): boolean | null {
  const text = wanted.trim()
  if (text === '' || sample.trim() === '') return null
  return field === 'text' ? textsIn(sample, [text]).length > 0 : sample.trim().startsWith(text)
}
