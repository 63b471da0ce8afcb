import type { Portal } from './portal/index.ts'
import { patiently } from './positions/trouble.ts'

/** Calls our API with a person's session. */
export type Api = ((
  method: string,
  path: string,
  body?: unknown,
  // biome-ignore lint/suspicious/noExplicitAny: the contract's JSON; each test asserts what it reads
) => Promise<{ status: number; body: any }>) & {
  /** What is no JSON. */
  raw(method: string, path: string): Promise<Response>
}

/** Opens the app as a user of the portal, as its page does; by it the user gives his access. Throws unless 200. */
export async function openSession(url: string, portal: Portal, userId: number): Promise<Api> {
  const { query, body } = portal.openApp(userId)
  const given = {
    memberId: portal.memberId,
    authId: body.AUTH_ID,
    refreshId: body.REFRESH_ID,
    authExpires: Number(body.AUTH_EXPIRES),
    domain: query.DOMAIN,
    applicationToken: body.APPLICATION_TOKEN,
    serverEndpoint: body.SERVER_ENDPOINT,
    lang: query.LANG,
  }
  const headers = { 'content-type': 'application/json' }
  const open = () => fetch(`${url}/api/session`, { method: 'POST', headers, body: JSON.stringify(given) })
  const opened = await patiently(open, isTrouble)
  const session = (await opened.json()) as { token?: string }
  if (opened.status !== 200) throw new Error(`No session: ${opened.status} ${JSON.stringify(session)}`)
  const raw = (method: string, path: string, json?: unknown) => {
    const ask = () =>
      fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${session.token}`, ...headers },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      })
    return patiently(ask, isTrouble)
  }
  const call = async (method: string, path: string, json?: unknown) => {
    const response = await raw(method, path, json)
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }
  return Object.assign(call, { raw })
}

/** The portal did not answer as it should. */
function isTrouble({ status }: { status: number }): boolean {
  return status >= 500
}
