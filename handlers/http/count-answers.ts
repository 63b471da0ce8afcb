import type { RequestHandler } from 'express'
import { Counter, type Registry } from 'prom-client'

/** The rooms of the server; addresses themselves would make labels without end. */
const rooms = ['events', 'api', 'app', 'install', 'pages', 'health', 'metrics']

/** Counts what was answered, by room and HTTP status. */
export function countAnswers(registry: Registry): RequestHandler {
  const counter = new Counter({
    name: 'stagecue_answers_total',
    help: 'HTTP answers by part of the server and status.',
    labelNames: ['room', 'status'],
    registers: [registry],
  })
  return (request, response, next) => {
    const [, first = ''] = request.path.split('/')
    response.on('finish', () => {
      counter.inc({ room: rooms.includes(first) ? first : 'other', status: response.statusCode })
    })
    next()
  }
}
