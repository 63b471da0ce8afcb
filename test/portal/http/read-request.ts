import type { IncomingMessage } from 'node:http'
import { parseStr } from '../php/parse-str.ts'

/** The parameters of a request: query and body in one map, the body winning. */
export async function readParams(request: IncomingMessage): Promise<Record<string, unknown>> {
  const query = new URL(request.url ?? '/', 'http://portal').search.slice(1)
  return { ...parseForm(query), ...(await readBody(request)) }
}

/** `a[b][0]=c` as PHP reads it. */
function parseForm(text: string): Record<string, unknown> {
  return { ...parseStr(text) }
}

/** JSON, urlencoded or multipart; what cannot be read counts as empty, as PHP does it. */
async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const bytes = await readBytes(request)
  const type = request.headers['content-type'] ?? ''
  if (bytes.length === 0) return {}
  if (type.includes('application/json')) return parseJson(bytes.toString('utf8'))
  if (type.includes('multipart/form-data')) return parseMultipart(bytes, type)
  return parseForm(bytes.toString('utf8'))
}

async function readBytes(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function parseJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

async function parseMultipart(bytes: Buffer<ArrayBuffer>, type: string): Promise<Record<string, unknown>> {
  try {
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData()
    const pairs = [...form].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    return parseForm(pairs.join('&'))
  } catch {
    return {}
  }
}
