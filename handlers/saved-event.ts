import { stringify } from 'qs'
import { z } from 'zod'

/** An event as somebody saved it (`docs/operate.md`): what a portal posts, as JSON. Whatever else it says goes along. */
const savedEventSchema = z.looseObject({
  event: z.string().min(1),
  ts: z.union([z.string(), z.number()]).optional(),
  auth: z
    .looseObject({
      member_id: z.string().optional(),
      domain: z.string().optional(),
      application_token: z.string().optional(),
    })
    .refine(({ member_id, domain }) => (member_id ?? domain) !== undefined, {
      error: 'names neither member_id nor domain',
    }),
})

type Auth = z.output<typeof savedEventSchema>['auth']

/** What replaying needs to know of a portal that the file only names. */
export type KnownPortal = Readonly<{ memberId: string; domain: string; applicationToken: string | null }>

/**
 * The body of the request that the portal would make, `application/x-www-form-urlencoded`. A text that is no JSON is a body already, as a proxy
 * records it. What `auth` leaves out is taken from the portal that it names. Throws, and says why, when the text is neither.
 */
export async function bodyOf(text: string, find: (name: string) => Promise<KnownPortal>, now: Date): Promise<string> {
  if (!text.trimStart().startsWith('{')) return recordedBody(text.trim())
  const read = savedEventSchema.safeParse(parsed(text))
  if (read.error) {
    const [issue] = read.error.issues
    throw new Error(`${issue?.path.join('.') || 'It'}: ${issue?.message}`)
  }
  const { auth, ...event } = read.data
  return stringify({ ts: Math.floor(now.getTime() / 1000), ...event, auth: await completed(auth, find) })
}

function recordedBody(text: string): string {
  if (!/^[^\s=&]+=/.test(text) || !new URLSearchParams(text).has('event'))
    throw new Error('It is neither JSON nor a recorded body with an event.')
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`It is no JSON: ${(error as Error).message}`)
  }
}

async function completed(auth: Auth, find: (name: string) => Promise<KnownPortal>): Promise<Auth> {
  if (auth.member_id !== undefined && auth.application_token !== undefined) return auth
  const portal = await find(auth.member_id ?? auth.domain ?? '')
  return {
    domain: portal.domain,
    member_id: portal.memberId,
    ...(portal.applicationToken === null ? {} : { application_token: portal.applicationToken }),
    ...auth,
  }
}
