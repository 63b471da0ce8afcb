import { setImmediate as othersTurn } from 'node:timers/promises'

type Call<Argument, Result> = { argument: Argument; done: (answer: Result) => void; failed: (error: unknown) => void }

/** How calls that come at the same time are served. */
type Service<Argument, Result> = Readonly<{
  /** Serves several at once; an answer for each, in their order. */
  serve(given: readonly Argument[]): Promise<readonly Result[]>
  /** How many of those who wait, the first of all, are served together; absent: all. */
  groupSize?(waiting: readonly Argument[]): number
  /** Does what failed say nothing of one of them, but of all? Absent: it never does. */
  failsAll?(error: unknown): boolean
}>

/**
 * Lets calls that come at the same time be served together, one group after the other. Whoever calls is served after he called; where a
 * group fails each of it is tried alone, so that nobody suffers for what is another's.
 */
export function groupCalls<Argument, Result>({
  serve,
  groupSize = ({ length }) => length,
  failsAll = () => false,
}: Service<Argument, Result>): (argument: Argument) => Promise<Result> {
  let waiting: Call<Argument, Result>[] = []
  let isServing = false

  const serveTogether = async (group: readonly Call<Argument, Result>[]) => {
    const answers = await serve(group.map(({ argument }) => argument))
    for (const [index, { done }] of group.entries()) done(answers[index] as Result)
  }
  const serveAll = async () => {
    isServing = true
    while (waiting.length > 0) {
      // Requests whose bytes are here already are read first.
      await othersTurn()
      const group = waiting.slice(0, groupSize(waiting.map(({ argument }) => argument)))
      waiting = waiting.slice(group.length)
      try {
        await serveTogether(group)
      } catch (error) {
        if (group.length === 1 || failsAll(error)) for (const { failed } of group) failed(error)
        else for (const one of group) await serveTogether([one]).catch(one.failed)
      }
    }
    isServing = false
  }
  return (argument) =>
    new Promise((done, failed) => {
      waiting.push({ argument, done, failed })
      if (!isServing) void serveAll()
    })
}
