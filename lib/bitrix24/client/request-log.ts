import type { Db } from '../../store/database.ts'
import { logRest, type RestRequest } from '../../store/rest-log.ts'
import type { PortalLog } from '../config.ts'
import type { HttpExchange } from './sdk.ts'

/** Writes the log of REST requests in groups, so that a request does not cost a commit of its own. */
export type RestLog = Readonly<{
  note: (request: RestRequest) => void
  /** Writes what is waiting; for the end of the process and for tests. */
  flush: () => Promise<void>
}>

/** A crash loses at most this many milliseconds of the log. */
const writeEvery = 1000
const longestMethods = 400

export function createRestLog(db: Db, log: PortalLog): RestLog {
  let waiting: RestRequest[] = []
  let timer: NodeJS.Timeout | null = null
  const flush = async () => {
    if (timer) clearTimeout(timer)
    timer = null
    const requests = waiting
    waiting = []
    try {
      await logRest(db, requests)
    } catch (error) {
      log.error(
        { lost: requests.length, error: (error as Error).message },
        'the log of REST requests cannot be written',
      )
    }
  }
  return {
    note(request) {
      waiting.push(request)
      timer ??= setTimeout(flush, writeEvery).unref()
    },
    flush,
  }
}

/** One HTTP request as a row of the log. */
export function loggedRequest(portal: string, userId: number | null, exchange: HttpExchange): RestRequest {
  const { payload, failure } = exchange
  const source = (failure as { response?: { status?: number; data?: unknown }; code?: unknown } | undefined) ?? {}
  const body = failure === undefined ? payload : source.response?.data
  const code = (body as { error?: unknown } | null | undefined)?.error
  return {
    portal,
    userId,
    at: exchange.sentAt,
    methods: methodsOf(exchange.method, exchange.params),
    status: failure === undefined ? 200 : (source.response?.status ?? 0),
    error: errorCode(code) ?? (failure === undefined || source.response ? null : String(source.code ?? 'NO_ANSWER')),
    ms: exchange.ms,
  }
}

function errorCode(error: unknown): string | null {
  if (error === undefined || error === null) return null
  const code = typeof error === 'object' ? (error as { code?: unknown }).code : error
  return String(code ?? '').slice(0, 100)
}

/** `crm.item.update 2:31`, or for a batch each method once with its ids: `crm.item.get 2:31 2:32, crm.activity.list`. */
function methodsOf(method: string, params: unknown): string {
  const lines =
    method === 'batch' ? Object.values((params as { cmd: Record<string, string> }).cmd) : [lineOf(method, params)]
  const ids = new Map<string, string[]>()
  for (const line of lines) {
    const [name = '', query = ''] = line.split('?')
    ids.set(name, [...(ids.get(name) ?? []), ...idsOf(new URLSearchParams(query))])
  }
  const text = [...ids].map(([name, found]) => [name, ...found].join(' ')).join(', ')
  return text.length > longestMethods ? `${text.slice(0, longestMethods)}…` : text
}

function lineOf(method: string, params: unknown): string {
  const plain = Object.entries((params ?? {}) as object).filter(([, value]) => /^\d{1,15}$/.test(String(value)))
  return `${method}?${new URLSearchParams(plain)}`
}

/** Only whole numbers are ids: nothing else of the parameters reaches the log. */
function idsOf(query: URLSearchParams): string[] {
  const id = query.get('id') ?? query.get('ID') ?? query.get('activityId')
  if (id === null || !/^\d{1,15}$/.test(id)) return []
  const type = query.get('entityTypeId')
  return [type !== null && /^\d{1,5}$/.test(type) ? `${type}:${id}` : id]
}
