import type { Request, RequestHandler } from 'express'
import { Counter, type Registry } from 'prom-client'

/** The rooms of the server; addresses themselves would make labels without end. */
const rooms = ['events', 'robots', 'l', 'api', 'app', 'install', 'pages', 'health', 'metrics']

/** The part of the server that a request went to. */
export function roomOf({ path }: Pick<Request, 'path'>): string {
  const [, first = ''] = path.split('/')
  return rooms.includes(first) ? first : 'other'
}

/** Counts what was answered, by room and HTTP status. */
export function countAnswers(registry: Registry): RequestHandler {
  const counter = new Counter({
    name: 'stagecue_answers_total',
    help: 'HTTP answers by part of the server and status.',
    labelNames: ['room', 'status'],
    registers: [registry],
  })
  return (request, response, next) => {
    const room = roomOf(request)
    response.on('finish', () => counter.inc({ room, status: response.statusCode }))
    next()
  }
}
