import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** What the thread of the hostile portal (`hostile-portal.ts`) can be asked, and what it answers. */
export type Asked = { servers: null; install: { url: string }; attack: { name: string; ms: number } }
/** Addresses of its OAuth servers; the portal's member_id; how often it attacked. */
export type Answers = { servers: string[]; install: string; attack: number }

export type HostileThread = {
  /** One question at a time. */
  ask<Name extends keyof Answers>(name: Name, asked: Asked[Name]): Promise<Answers[Name]>
  stop(): Promise<unknown>
}

export function startHostileThread(): HostileThread {
  const worker = new Worker(new URL('hostile-portal.ts', import.meta.url))
  return {
    async ask(name, asked) {
      worker.postMessage({ name, asked })
      const [{ answer, error }] = await once(worker, 'message')
      if (error) throw new Error(error)
      return answer
    },
    stop: () => worker.terminate(),
  }
}
