import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../faults.ts'

/** An answer before it is sent: JSON, or a gateway's page. */
export interface Answer {
  status: number
  /** A buffer holds what is written already. */
  json?: unknown
  html?: string
  headers?: Record<string, string>
}

export function send(response: ServerResponse, answer: Answer): void {
  const [type, text] =
    answer.html === undefined
      ? ['application/json; charset=utf-8', Buffer.isBuffer(answer.json) ? answer.json : JSON.stringify(answer.json)]
      : ['text/html', answer.html]
  response.writeHead(answer.status, { 'content-type': type, 'access-control-allow-origin': '*', ...answer.headers })
  response.end(text)
}

export function gatewayPage(status: number): Answer {
  const reason = status === 504 ? 'Gateway Time-out' : 'Bad Gateway'
  const html = `<html><head><title>${status} ${reason}</title></head><body><center><h1>${status} ${reason}</h1></center></body></html>`
  return { status, html }
}

/** Lets a fault strike instead of the answer (null when the portal has not acted). Returns the status for the log. */
export async function strike(response: ServerResponse, fault: Fault, answer: Answer | null): Promise<number> {
  if (fault.ms) await sleep(fault.ms)
  if (fault.kind === 'silent') return 0
  if (fault.kind === 'reset') {
    response.destroy()
    return 0
  }
  const instead = faultAnswer(fault, answer)
  send(response, instead)
  return instead.status
}

function faultAnswer(fault: Fault, answer: Answer | null): Answer {
  if (fault.kind === 'html') return gatewayPage(fault.status ?? 502)
  if (fault.kind === 'cut') {
    const whole = JSON.stringify(answer?.json ?? { result: true, time: {} })
    return { status: 200, html: whole.slice(0, whole.length / 2), headers: { 'content-type': 'application/json' } }
  }
  const error = { error: 'INTERNAL_SERVER_ERROR', error_description: 'Internal server error' }
  return { status: fault.status ?? 500, json: fault.body ?? error }
}
