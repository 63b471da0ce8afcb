import { setImmediate as othersTurn } from 'node:timers/promises'

type Call<Argument, Result> = { argument: Argument; done: (answer: Result) => void; failed: (error: unknown) => void }

/** How calls that come at the same time are served. */
type Service<Argument, Result> = Readonly<{
  /** Serves several at once; an answer for each, in their order. */
  serve(given: readonly Argument[]): Promise<readonly Result[]>
  /** Calls that are served together, and one group of them after the other; other ones are served beside them. Absent: all. */
  keyOf?(given: Argument): string
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
  keyOf = () => '',
  groupSize = ({ length }) => length,
  failsAll = () => false,
}: Service<Argument, Result>): (argument: Argument) => Promise<Result> {
  /** By key, as long as somebody is served. */
  const waiting = new Map<string, Call<Argument, Result>[]>()

  const serveTogether = async (group: readonly Call<Argument, Result>[]) => {
    const answers = await serve(group.map(({ argument }) => argument))
    for (const [index, { done }] of group.entries()) done(answers[index] as Result)
  }
  const serveAll = async (key: string, queue: Call<Argument, Result>[]) => {
    while (queue.length > 0) {
      // Requests whose bytes are here already are read first.
      await othersTurn()
      const group = queue.splice(0, groupSize(queue.map(({ argument }) => argument)))
      try {
        await serveTogether(group)
      } catch (error) {
        if (group.length === 1 || failsAll(error)) for (const { failed } of group) failed(error)
        else for (const one of group) await serveTogether([one]).catch(one.failed)
      }
    }
    waiting.delete(key)
  }
  return (argument) =>
    new Promise((done, failed) => {
      const [call, key] = [{ argument, done, failed }, keyOf(argument)]
      const queue = waiting.get(key)
      if (queue) return void queue.push(call)
      const begun = [call]
      waiting.set(key, begun)
      void serveAll(key, begun)
    })
}
