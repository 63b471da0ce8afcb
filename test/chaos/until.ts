import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until it holds, looking every so many milliseconds; gives up after so many seconds, saying what did not happen. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = 60,
  everyMs = 50,
): Promise<void> {
  const giveUpAt = Date.now() + seconds * 1000
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`Not in ${seconds} seconds: ${what}`)
    await sleep(everyMs)
  }
}
