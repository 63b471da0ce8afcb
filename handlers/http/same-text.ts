import { createHash, timingSafeEqual } from 'node:crypto'

/** Are the texts equal? How long the answer takes tells nothing about where they differ. */
export function isSameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
