/** What an endpoint answered; tests assert what they read of it. */
// biome-ignore lint/suspicious/noExplicitAny: the contract's JSON
export type Answer = { status: number; headers: Headers; body: any; text: string }

/** Sends a request, with JSON if there is a body, and reads the answer, as JSON if it is. */
export async function send(
  url: string,
  { method = 'GET', body, headers = {} }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const json: RequestInit = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  const response = await fetch(url, { method, headers: { 'content-type': 'application/json', ...headers }, ...json })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') && text !== ''
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null }
}
