import { AsyncLocalStorage } from 'node:async_hooks'

/** One hit of the portal: a request, an act of a person, a step of an agent. What it raises is sent when it ends. */
interface Hit {
  /** The letters by handler, event and data: equal ones are sent once (platform.md 3.2). */
  letters: Map<string, () => void>
  ended: boolean
}

const hits = new AsyncLocalStorage<Hit>()

/** Does something as one hit; a hit within a hit belongs to the outer one. */
export function hit<T>(work: () => T): T {
  if (current()) return work()
  const own: Hit = { letters: new Map(), ended: false }
  const result = endingOnError(own, () => hits.run(own, work))
  if (result instanceof Promise) return result.finally(() => end(own)) as T
  end(own)
  return result
}

/** Sends a letter when the hit ends, unless an equal one waits already; at once where no hit is under way. */
export function atEndOfHit(key: string, send: () => void): void {
  const letters = current()?.letters
  if (!letters) send()
  else if (!letters.has(key)) letters.set(key, send)
}

/** The hit that is under way: timers and promises that outlive theirs belong to none. */
function current(): Hit | undefined {
  const own = hits.getStore()
  return own?.ended ? undefined : own
}

/** What was done before a fault stays done, and is told. */
function endingOnError<T>(own: Hit, work: () => T): T {
  try {
    return work()
  } catch (error) {
    end(own)
    throw error
  }
}

function end(own: Hit): void {
  own.ended = true
  for (const send of own.letters.values()) send()
}
